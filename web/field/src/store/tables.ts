// The phone's tables. Acts and photos rest sealed to the server; items rest under the PIN; nothing rests in clear.
import Dexie, { type Table } from "dexie";

import type { Bytes } from "../kernel/bytes";
import { NOTHING_BEFORE } from "../kernel/chain";
import type { Closed, Lock } from "../kernel/locking";

/** One person's work with this phone: an own key, an own sequence, an own outbox. */
export interface Enrolment {
  device: string;
  name: string;
  person: string;
  post: string;
  area: string;
  /** Where it registers, and which kinds of place: nobody's data, so it outlives what is thrown away after hours. */
  areaId: number;
  kinds?: { code: string; label: { zh: string; en: string } }[] | null;
  key: CryptoKey;
  sealKey: string;
  receiptKey: string;
  intake: string;
  cacheHours: number;
  keepHours: number;
  lock: Lock;
  /** The chain: the last number given, and the digest of that act. */
  seq: number;
  head: string;
  /** What the last verified receipt says the server holds without a gap, and the digest there. */
  upto: number;
  uptoHead: string;
  /** When the server last answered, by its own clock; empty before the first receipt. */
  heardAt: string;
  /** The last act that this phone told to be gone for good. */
  lostUpto: number;
  /** Why the server no longer takes this device, in its own words; null while it does. */
  ended: Refusal | null;
  /** What the server had of the phone that worked for this person and post before. */
  before?: Before | null;
  /** Whether its person has read that; it stays among what was sent. */
  isBeforeRead?: boolean;
  pull: Pull;
}

/** A phone of before: its acts up to `upto` came without a gap, and it told of `have`. */
export interface Before {
  name: string;
  upto: number;
  have: number;
  heard_at: string | null;
}

export interface Refusal {
  code: string;
  sentence: string;
  remedy: string;
  /** The same in both languages: the phone's may change after the server spoke. */
  words?: Record<"sentence" | "remedy", { zh: string; en: string }>;
}

/** How far the pull has come: `base` is what is known, `next` what will be known when all pages are in. */
export interface Pull {
  base: number | null;
  next: number | null;
  after: string | null;
  at: number | null;
  /** By how much the situation's clock is ahead of the phone's: a rehearsal plays in another month. */
  ahead?: number;
}

export type ActState = "waiting" | "received" | "quarantined";

/** An act as it was made. `heldAt` is the server's moment of the first receipt that covers it without a gap. */
export interface KeptAct {
  id: string;
  device: string;
  seq: number;
  raw: string;
  hash: string;
  at: number;
  state: ActState;
  heldAt: string | null;
  /** By how many seconds this phone's clock was behind when a receipt first named the act: its clock may be put right. */
  behind?: number;
  /** Not to be offered before this moment: the server refused it by itself (too large, unreadable). */
  notBefore: number;
  about: Closed;
}

export interface KeptItem {
  device: string;
  kind: string;
  id: string;
  closed: Closed;
}

export interface KeptPhoto {
  digest: string;
  device: string;
  act: string;
  sealed: Bytes;
  at: number;
  held: 0 | 1;
}

/** A batch of another phone, carried for it: signed there, readable only at the server. */
export interface Boat {
  digest: string;
  device: string;
  acts: number;
  body: string;
  signature: string;
}

export interface Setting {
  name: string;
  value: unknown;
}

export const NOTHING_PULLED: Pull = { base: null, next: null, after: null, at: null };
export const CHAIN_BEGINS = { seq: 0, head: NOTHING_BEFORE, upto: 0, uptoHead: NOTHING_BEFORE };

export class Phone extends Dexie {
  enrolments!: Table<Enrolment, string>;
  acts!: Table<KeptAct, string>;
  items!: Table<KeptItem, [string, string, string]>;
  photos!: Table<KeptPhoto, string>;
  boats!: Table<Boat, string>;
  settings!: Table<Setting, string>;
  /** Where what cannot be had again is kept twice; null where the browser has no second place. */
  second: Phone | null = null;

  constructor(name = "fangxian", indexedDB?: IDBFactory) {
    // The default of browsers says "complete" before the disk has it; 已保存 must mean the disk.
    super(name, { ...(indexedDB && { indexedDB, IDBKeyRange }), chromeTransactionDurability: "strict" });
    this.version(1).stores({
      enrolments: "device",
      acts: "id, &[device+seq], [device+state+seq]",
      items: "[device+kind+id], [device+kind], device",
      photos: "digest, [device+held]",
      boats: "digest",
      settings: "name",
    });
  }
}
