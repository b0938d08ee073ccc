// The second copy: what nobody could give again comes back when a browser has thrown the tables away.
import { describe, expect, it, vi } from "vitest";

import { newId } from "../src/kernel/identifiers";
import { close } from "../src/kernel/locking";
import { keepDraft } from "../src/store/drafts";
import { getEnrolment, setSetting, setting, whoWorks } from "../src/store/enrolments";
import { append, type Sealed, settle, waiting } from "../src/store/outbox";
import { align } from "../src/store/second";
import type { KeptAct, Phone } from "../src/store/tables";
import { enrol, HOUR, keyOfPin, newPhone, NOON } from "./phone";

const ALICE = newId(1);
const PULL = { base: 7, next: null, after: null, at: NOON };

async function phoneOfAlice(): Promise<{ phone: Phone; second: Phone }> {
  const [phone, second] = [newPhone(), newPhone()];
  phone.second = second;
  await enrol(phone, ALICE);
  return { phone, second };
}

async function act(phone: Phone, at = NOON): Promise<KeptAct> {
  const about = await close({ title: "door 502" }, await keyOfPin());
  const photo = { digest: `photo of ${at}`, device: ALICE, act: "", sealed: new Uint8Array([1, 2]), at, held: 0 as const };
  const sealed: Sealed = { id: newId(at), device: ALICE, seenAt: "", at, sealed: "c2VhbGVk", about, photos: [photo] };
  return (await append(phone, [sealed]))[0]!;
}

/** What Chromium does with tables whose log does not add up. */
const throwAway = (phone: Phone): Promise<void[]> => Promise.all(phone.tables.map((table) => table.clear()));

const all = async (phone: Phone) => [await phone.enrolments.toArray(), await phone.acts.toArray(), await phone.photos.toArray()];

describe("the second copy", () => {
  it("has each act and photo before the act counts as saved", async () => {
    const { phone, second } = await phoneOfAlice();
    await act(phone);
    await act(phone, NOON + 1);

    expect(await all(second)).toEqual(await all(phone));
  });

  it("brings back who works here and every act, and the chain goes on", async () => {
    const { phone } = await phoneOfAlice();
    const [one, two] = [await act(phone), await act(phone, NOON + 1)];
    const before = await all(phone);

    await throwAway(phone);
    await align(phone);

    expect(await all(phone)).toEqual(before);
    expect((await whoWorks(phone))?.device).toBe(ALICE);
    const three = await act(phone, NOON + 2);
    expect((await waiting(phone, ALICE, NOON + 3, 9)).map(({ seq, hash }) => [seq, hash])).toEqual([one, two, three].map(({ hash }, at) => [at + 1, hash]));
    expect(JSON.parse(three.raw).prev).toBe(two.hash);
  });

  it("brings back the end of a row that the first has lost", async () => {
    const { phone } = await phoneOfAlice();
    const [one] = [await act(phone), await act(phone, NOON + 1)];
    const [, acts] = await all(phone);

    await phone.acts.filter(({ seq }) => seq > 1).delete();
    await phone.enrolments.update(ALICE, { seq: 1, head: one.hash });
    await align(phone);

    expect((await all(phone))[1]).toEqual(acts);
    expect((await act(phone, NOON + 2)).seq).toBe(3);
  });

  it("asks again for all that the server told, and keeps no draft", async () => {
    const { phone, second } = await phoneOfAlice();
    await phone.enrolments.update(ALICE, { pull: PULL });
    await setSetting(phone, "language", "en");
    await keepDraft(phone, { device: ALICE, where: "door:1", key: await keyOfPin(), now: NOON }, { answer: 1 });
    await align(phone);

    await throwAway(phone);
    await align(phone);

    expect((await getEnrolment(phone, ALICE)).pull.base).toBeNull();
    expect(await setting(phone, "language")).toBe("en");
    expect((await second.settings.toArray()).map(({ name }) => name)).not.toContain(`draft ${ALICE} door:1`);
  });

  it("takes what it misses, and lets go of what the first let go of", async () => {
    const { phone, second } = await phoneOfAlice();
    const { hash, id } = await act(phone);
    await throwAway(second);
    await align(phone);
    expect(await all(second)).toEqual(await all(phone));

    const heard = (at: number) => ({ device: ALICE, upto: 1, head: hash, received_at: new Date(at).toISOString(), acts: [[id, "received"]] as [string, "received"][] });
    await phone.photos.toCollection().modify({ held: 1, act: id });
    await settle(phone, heard(NOON), NOON);
    await settle(phone, heard(NOON + 73 * HOUR), NOON + 73 * HOUR);
    await align(phone);

    expect(await all(phone)).toEqual([[expect.objectContaining({ upto: 1 })], [], []]);
    expect(await all(second)).toEqual(await all(phone));
  });

  it("gives nothing to a phone that knows of somebody, and costs nothing where it is full", async () => {
    const { phone, second } = await phoneOfAlice();
    await act(phone);
    const full = vi.spyOn(second, "transaction").mockRejectedValue(new Error("full"));
    await act(phone, NOON + 1);
    await align(phone);
    full.mockRestore();

    expect(await phone.acts.count()).toBe(2);
    expect(await second.acts.count()).toBe(1);
  });

  it("is nothing where a browser has no second place", async () => {
    const phone = newPhone();
    await enrol(phone, ALICE);
    await act(phone);
    await throwAway(phone);
    await align(phone);

    expect(await all(phone)).toEqual([[], [], []]);
  });
});
