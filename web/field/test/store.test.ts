import { describe, expect, it, vi } from "vitest";

import { NOTHING_BEFORE } from "../src/kernel/chain";
import { newId } from "../src/kernel/identifiers";
import { close } from "../src/kernel/locking";
import type { Receipt } from "../src/kernel/receipts";
import { expire, keepPage, readItems } from "../src/store/cache";
import { dropDraft, findDraft, keepDraft } from "../src/store/drafts";
import { enrolments, getEnrolment, switchTo, whoWorks } from "../src/store/enrolments";
import { aboveGap, append, counts, lost, type Sealed, sent, settle, waiting } from "../src/store/outbox";
import { type KeptAct, Phone } from "../src/store/tables";
import { enrol, HOUR, keyOfPin, newPhone, NOON } from "./phone";

const ALICE = newId(1);
const BOB = newId(2);

async function sealed(device = ALICE, at = NOON): Promise<Sealed> {
  const about = await close({ title: "door 502" }, await keyOfPin());
  return { id: newId(at), device, seenAt: new Date(at).toISOString(), at, sealed: "c2VhbGVk", about, photos: [] };
}

const act = async (phone: Phone, device = ALICE, at = NOON): Promise<KeptAct> =>
  (await append(phone, [await sealed(device, at)]))[0]!;

async function phoneOfAlice(): Promise<Phone> {
  const phone = newPhone();
  await enrol(phone, ALICE);
  return phone;
}

const receipt = (acts: KeptAct[], upto: number, head: string, at = NOON, device = ALICE): Receipt => ({
  ...{ device, upto, head, received_at: new Date(at).toISOString() },
  acts: acts.map(({ id }) => [id, "received"]),
});

describe("capture", () => {
  it("numbers acts without a gap and chains them", async () => {
    const phone = await phoneOfAlice();
    const [first, second] = [await act(phone), await act(phone)];

    expect([first.seq, second.seq]).toEqual([1, 2]);
    expect(JSON.parse(first.raw).prev).toBe(NOTHING_BEFORE);
    expect(JSON.parse(second.raw).prev).toBe(first.hash);
    expect(await getEnrolment(phone, ALICE)).toMatchObject({ seq: 2, head: second.hash });
  });

  it("asks for the disk, not for the buffer", async () => {
    const phone = await phoneOfAlice();
    const asked: unknown[] = [];
    phone.acts.hook("creating", (_key, _act, { idbtrans }) => void asked.push([idbtrans.mode, idbtrans.durability]));
    await act(phone);

    expect(asked).toEqual([["readwrite", "strict"]]);
  });

  it("keeps act, number and head together when it is cut off between", async () => {
    const phone = await phoneOfAlice();
    await act(phone);
    const before = [await getEnrolment(phone, ALICE), await phone.acts.toArray(), await phone.photos.toArray()];
    const cut = vi.spyOn(phone.enrolments, "update").mockRejectedValueOnce(new Error("cut"));

    await expect(act(phone)).rejects.toThrow("cut");

    cut.mockRestore();
    expect([await getEnrolment(phone, ALICE), await phone.acts.toArray(), await phone.photos.toArray()]).toEqual(before);
    expect((await act(phone)).seq).toBe(2);
  });

  it("keeps all acts of a visit or none", async () => {
    const phone = await phoneOfAlice();
    const twice = await sealed();

    await expect(append(phone, [await sealed(), twice, twice])).rejects.toThrow();
    expect([await phone.acts.count(), (await getEnrolment(phone, ALICE)).seq]).toEqual([0, 0]);
    expect((await append(phone, [await sealed(), twice])).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("gives each number once, whatever two tabs do at the same time", async () => {
    const phone = await phoneOfAlice();
    const other = new Phone(phone.name);
    await Promise.all(Array.from({ length: 40 }, (_, turn) => act(turn % 2 ? phone : other, ALICE, NOON + turn)));
    const kept = (await sent(phone, ALICE)).reverse();

    expect(kept.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, place) => place + 1));
    expect(kept.slice(1).map(({ raw }) => JSON.parse(raw).prev)).toEqual(kept.slice(0, -1).map(({ hash }) => hash));
  });

  it("has no room for a second act of one number", async () => {
    const phone = await phoneOfAlice();
    const first = await act(phone);

    await expect(phone.acts.add({ ...first, id: newId(NOON) })).rejects.toThrow();
  });
});

describe("a shared phone", () => {
  it("keeps what one sent apart from what another does", async () => {
    const phone = await phoneOfAlice();
    await act(phone);
    await act(phone);
    const alices = await waiting(phone, ALICE, NOON, 200);
    await enrol(phone, BOB);
    expect((await whoWorks(phone))?.device).toBe(BOB);
    await act(phone, BOB);
    await switchTo(phone, ALICE);

    expect((await whoWorks(phone))?.device).toBe(ALICE);
    expect(await waiting(phone, ALICE, NOON, 200)).toEqual(alices);
    expect((await waiting(phone, BOB, NOON, 200)).map(({ seq }) => seq)).toEqual([1]);
    expect((await enrolments(phone)).map(({ device, seq }) => [device, seq])).toEqual([
      [ALICE, 2],
      [BOB, 1],
    ]);
  });
});

describe("receipts", () => {
  it("let an act go after three days of the server's clock, not before", async () => {
    const phone = await phoneOfAlice();
    const [one, two] = [await act(phone), await act(phone)];

    expect(await settle(phone, receipt([one, two], 2, two.hash), NOON)).toBe("kept");
    await settle(phone, receipt([], 2, two.hash, NOON + 72 * HOUR - 1), NOON);
    expect(await counts(phone, ALICE)).toEqual({ waiting: 0, received: 2, quarantined: 0, photos: 0 });
    await settle(phone, receipt([], 2, two.hash, NOON + 72 * HOUR), NOON);
    expect(await phone.acts.count()).toBe(0);
    await settle(phone, receipt([], 2, two.hash, NOON + 73 * HOUR), NOON);
    expect((await act(phone)).seq).toBe(3);
  });

  it("whose head is another move nothing", async () => {
    const phone = await phoneOfAlice();
    const one = await act(phone);
    await act(phone);

    expect(await settle(phone, receipt([], 2, one.hash), NOON)).toBe("strange");
    expect(await settle(phone, receipt([], 9, one.hash), NOON)).toBe("strange");
    expect(await counts(phone, ALICE)).toMatchObject({ waiting: 2, received: 0 });
    expect(await getEnrolment(phone, ALICE)).toMatchObject({ upto: 0, heardAt: "" });
  });

  it("have a restored server offered again what it lost", async () => {
    const phone = await phoneOfAlice();
    const [one, two, three] = [await act(phone), await act(phone), await act(phone)];
    await settle(phone, receipt([one, two, three], 3, three.hash), NOON);

    expect(await settle(phone, receipt([], 1, one.hash, NOON + HOUR), NOON)).toBe("earlier");
    expect((await waiting(phone, ALICE, NOON, 200)).map(({ seq }) => seq)).toEqual([2, 3]);
    await settle(phone, receipt([two, three], 3, three.hash, NOON + 72 * HOUR), NOON);
    expect((await sent(phone, ALICE)).map(({ seq }) => seq)).toEqual([3, 2]);
  });

  it("that were overtaken take nothing back", async () => {
    const phone = await phoneOfAlice();
    const [one, two] = [await act(phone), await act(phone)];
    await settle(phone, receipt([one, two], 2, two.hash, NOON + 1), NOON);

    expect(await settle(phone, receipt([one], 1, one.hash, NOON), NOON)).toBe("kept");
    expect(await counts(phone, ALICE)).toMatchObject({ waiting: 0, received: 2 });
  });

  it("show what can no longer be offered, by number", async () => {
    const phone = await phoneOfAlice();
    const [one, two] = [await act(phone), await act(phone)];
    await settle(phone, receipt([one, two], 2, two.hash), NOON);
    await settle(phone, receipt([], 2, two.hash, NOON + 80 * HOUR), NOON);
    const three = await act(phone);
    expect(await lost(phone, ALICE)).toBeNull();

    expect(await settle(phone, receipt([], 0, NOTHING_BEFORE, NOON + 81 * HOUR), NOON)).toBe("earlier");
    expect(await lost(phone, ALICE)).toEqual({ from: 1, to: 2 });
    await settle(phone, receipt([three], 0, NOTHING_BEFORE, NOON + 82 * HOUR), NOON);
    expect((await aboveGap(phone, ALICE, 0, 200)).map(({ seq }) => seq)).toEqual([3]);
  });
});

describe("what was told", () => {
  const items = [
    { t: "task", id: 7, title: "temperature" },
    { t: "door", id: 5, title: "4-2-502", who: "刘*英" },
  ];
  const told = { items, gone: [] as [string, number][], isWhole: true };
  const pull = { base: 12, next: null, after: null, at: NOON };

  it("rests closed, comes back with the key, and goes after twelve hours with no act touched", async () => {
    const phone = await phoneOfAlice();
    const key = await keyOfPin();
    await act(phone);
    await keepPage(phone, ALICE, { ...told, pull }, key);

    const resting = (await phone.items.toArray()).map(({ closed }) => String.fromCharCode(...closed.data)).join("");
    expect(resting).not.toContain("4-2-502");
    expect((await readItems(phone, ALICE, key, NOON + 12 * HOUR - 1)).map(({ id }) => id).sort()).toEqual([5, 7]);
    expect(await readItems(phone, ALICE, key, NOON + 12 * HOUR)).toEqual([]);
    expect((await getEnrolment(phone, ALICE)).pull.base).toBeNull();
    expect(await counts(phone, ALICE)).toMatchObject({ waiting: 1 });
  });

  it("goes too when the clock was put back", async () => {
    const phone = await phoneOfAlice();
    await keepPage(phone, ALICE, { ...told, pull }, await keyOfPin());
    await expire(phone, NOON - 72 * HOUR);

    expect(await phone.items.count()).toBe(0);
  });

  it("follows what is gone, and begins anew where the scope is another", async () => {
    const phone = await phoneOfAlice();
    const key = await keyOfPin();
    await keepPage(phone, ALICE, { ...told, pull }, key);
    await keepPage(phone, ALICE, { items: [], gone: [["task", 7]], isWhole: false, pull }, key);
    expect((await readItems(phone, ALICE, key, NOON)).map(({ id }) => id)).toEqual([5]);

    await keepPage(phone, ALICE, { items: [{ t: "task", id: 8 }], gone: [], isWhole: true, pull }, key);
    expect((await readItems(phone, ALICE, key, NOON)).map(({ id }) => id)).toEqual([8]);
  });
});

describe("a draft", () => {
  it("comes back to whom it is, for twelve hours, until it is dropped", async () => {
    const phone = await phoneOfAlice();
    const own = { device: ALICE, where: "door:5", key: await keyOfPin(), now: NOON };
    await keepDraft(phone, own, { reached: true });

    expect(await findDraft(phone, own)).toEqual({ reached: true });
    expect(await findDraft(phone, { ...own, device: BOB })).toBeNull();
    expect(await findDraft(phone, { ...own, where: "door:6" })).toBeNull();
    expect(await findDraft(phone, { ...own, now: NOON + 12 * HOUR })).toBeNull();
    expect(await findDraft(phone, own)).toBeNull();

    await keepDraft(phone, own, { reached: true });
    await dropDraft(phone, ALICE, "door:5");
    expect(await findDraft(phone, own)).toBeNull();
  });
});
