// The outbox: acts in their chain, kept until the server's signed word and three days say that they may go.
import Dexie from "dexie";

import { digestOf, NOTHING_BEFORE, written } from "../kernel/chain";
import type { Closed } from "../kernel/locking";
import type { Receipt } from "../kernel/receipts";
import { getEnrolment } from "./enrolments";
import { keepTwice } from "./second";
import type { Enrolment, KeptAct, KeptPhoto, Phone } from "./tables";

export interface Sealed {
  id: string;
  device: string;
  seenAt: string;
  at: number;
  sealed: string;
  about: Closed;
  photos: KeptPhoto[];
}

async function add(phone: Phone, { id, device, seenAt, at, sealed, about, photos }: Sealed): Promise<KeptAct> {
  const enrolment = await getEnrolment(phone, device);
  const seq = enrolment.seq + 1;
  const raw = written({ id, seq, prev: enrolment.head, seen_at: seenAt, sealed });
  const act: KeptAct = {
    ...{ id, device, seq, raw, hash: digestOf(raw), at, about },
    ...{ state: "waiting", heldAt: null, notBefore: 0 },
  };
  await phone.acts.add(act);
  await phone.photos.bulkPut(photos);
  await phone.enrolments.update(device, { seq, head: act.hash });
  return act;
}

/**
 * Append acts to their chain, all or none. Numbers, digests of those before, acts and photos stand in one transaction,
 * so two tabs cannot give one number twice; the promise is kept when the disk has them, in both places if there are two.
 */
export async function append(phone: Phone, acts: Sealed[]): Promise<KeptAct[]> {
  const kept = await phone.transaction("rw", phone.enrolments, phone.acts, phone.photos, async () => {
    const added: KeptAct[] = [];
    for (const act of acts) added.push(await add(phone, act));
    return added;
  });
  if (kept[0]) await keepTwice(phone, kept[0].device, kept, acts.flatMap(({ photos }) => photos));
  return kept;
}

const inOrder = (phone: Phone, device: string, after: number) =>
  phone.acts.where("[device+seq]").between([device, after], [device, Dexie.maxKey], false, true);

/** What waits and may be offered now, oldest first. */
export const waiting = (phone: Phone, device: string, now: number, most: number): Promise<KeptAct[]> =>
  phone.acts
    .where("[device+state+seq]")
    .between([device, "waiting", Dexie.minKey], [device, "waiting", Dexie.maxKey])
    .filter((act) => act.notBefore <= now)
    .limit(most)
    .toArray();

/** What was received but stands above a gap, and so is not known to be kept. */
export const aboveGap = (phone: Phone, device: string, upto: number, most: number): Promise<KeptAct[]> =>
  inOrder(phone, device, upto)
    .filter((act) => act.state !== "waiting")
    .limit(most)
    .toArray();

export const sent = (phone: Phone, device: string): Promise<KeptAct[]> =>
  inOrder(phone, device, 0).reverse().toArray();

export const actsOf = async (phone: Phone, ids: string[]): Promise<KeptAct[]> =>
  (await phone.acts.bulkGet(ids)).filter((act): act is KeptAct => act !== undefined);

export interface Counts {
  waiting: number;
  received: number;
  quarantined: number;
  photos: number;
}

const countOf = (phone: Phone, device: string, state: KeptAct["state"]): Promise<number> =>
  phone.acts
    .where("[device+state+seq]")
    .between([device, state, Dexie.minKey], [device, state, Dexie.maxKey])
    .count();

export async function counts(phone: Phone, device: string): Promise<Counts> {
  const [one, two, three, photos] = await Promise.all([
    countOf(phone, device, "waiting"),
    countOf(phone, device, "received"),
    countOf(phone, device, "quarantined"),
    phone.photos.where({ device, held: 0 }).count(),
  ]);
  return { waiting: one, received: two, quarantined: three, photos };
}

/** Leave an act that the server refuses by itself until later; those behind it go on. */
export const setAside = async (phone: Phone, id: string, until: number): Promise<void> => {
  await phone.acts.update(id, { notBefore: until });
};

// ------------------------------------------------------------------------------------------------- receipts

export type Settled = "kept" | "earlier" | "strange";

/** The digest that this phone knows for a number: of an act it keeps, or of the ends it remembers. */
async function hashAt(phone: Phone, enrolment: Enrolment, seq: number): Promise<string | null> {
  if (seq === 0) return NOTHING_BEFORE;
  if (seq === enrolment.seq) return enrolment.head;
  if (seq === enrolment.upto) return enrolment.uptoHead;
  return (await phone.acts.where({ device: enrolment.device, seq }).first())?.hash ?? null;
}

const HOUR = 3_600_000;
const OF_ONE_CLOCK = 5 * 60_000; // what two clocks may differ by and still say one time

/** By how many seconds the phone's clock was behind the server's at an answer; small differences are none. */
function behindBy({ received_at }: Receipt, sentAt: number): number {
  const off = Date.parse(received_at) - sentAt;
  return Math.abs(off) <= OF_ONE_CLOCK ? 0 : Math.round(off / 1000);
}

/**
 * Take a genuine receipt in: mark what was received, go back where the server has fallen behind what it said before
 * ("earlier": it was restored), and let go of what it has held for the hours agreed. All times are the server's.
 * A head that is not ours ("strange") moves nothing, so nothing is dropped on it. `sentAt` is what this phone's clock
 * said when it asked: acts keep by how much it was behind.
 */
export function settle(phone: Phone, receipt: Receipt, sentAt: number): Promise<Settled> {
  const behind = behindBy(receipt, sentAt);
  return phone.transaction("rw", phone.enrolments, phone.acts, phone.photos, async () => {
    const enrolment = await getEnrolment(phone, receipt.device);
    const fates = new Map(receipt.acts);
    await phone.acts.where("id").anyOf([...fates.keys()]).modify((act) => {
      act.state = fates.get(act.id)!;
      act.behind ??= behind;
    });
    const known = receipt.upto <= enrolment.seq ? await hashAt(phone, enrolment, receipt.upto) : null;
    const isBehind = receipt.upto < enrolment.upto;
    if (isBehind && receipt.received_at < enrolment.heardAt) return "kept"; // an answer that was overtaken
    if (known !== receipt.head && !(isBehind && known === null)) return "strange";
    if (isBehind) await offerAgain(phone, receipt);
    await hold(phone, receipt, behind);
    await drop(phone, enrolment, receipt);
    const { upto, head: uptoHead, received_at: heardAt } = receipt;
    await phone.enrolments.update(receipt.device, { upto, uptoHead, heardAt, ended: null });
    return isBehind ? "earlier" : "kept";
  });
}

const offerAgain = (phone: Phone, { device, upto }: Receipt): Promise<number> =>
  inOrder(phone, device, upto).modify({ state: "waiting", heldAt: null });

async function hold(phone: Phone, { device, upto, received_at }: Receipt, behind: number): Promise<void> {
  await phone.acts
    .where("[device+seq]")
    .between([device, Dexie.minKey], [device, upto], true, true)
    .filter((act) => act.heldAt === null)
    .modify((act) => {
      act.heldAt = received_at;
      act.behind ??= behind;
      if (act.state === "waiting") act.state = "received";
    });
}

async function drop(phone: Phone, { device, keepHours }: Enrolment, { upto, received_at }: Receipt): Promise<void> {
  const before = Date.parse(received_at) - keepHours * HOUR;
  const old = await phone.acts
    .where("[device+seq]")
    .between([device, Dexie.minKey], [device, upto], true, true)
    .filter((act) => act.heldAt !== null && Date.parse(act.heldAt) <= before)
    .primaryKeys();
  await phone.acts.bulkDelete(old);
  const gone = new Set(old);
  await phone.photos.where({ device, held: 1 }).filter((photo) => gone.has(photo.act)).delete();
}

/** The numbers that the server misses and this phone no longer has; null if it can offer all. */
export async function lost(phone: Phone, device: string): Promise<{ from: number; to: number } | null> {
  const { upto, seq, lostUpto } = await getEnrolment(phone, device);
  const next = await inOrder(phone, device, upto).first();
  const to = (next?.seq ?? seq + 1) - 1;
  return to > upto && to > lostUpto ? { from: upto + 1, to } : null;
}

export const setLost = async (phone: Phone, device: string, to: number): Promise<void> => {
  await phone.enrolments.update(device, { lostUpto: to });
};

// --------------------------------------------------------------------------------------------------- photos

export const photosWaiting = (phone: Phone, device: string, most: number): Promise<KeptPhoto[]> =>
  phone.photos.where({ device, held: 0 }).limit(most).toArray();

export const setPhotoHeld = async (phone: Phone, digest: string): Promise<void> => {
  await phone.photos.update(digest, { held: 1 });
};
