// The chain of a phone's acts: each envelope names the one before it by the digest of its exact bytes.
import { sha256 } from "@noble/hashes/sha2.js";

import { toHex, utf8 } from "./bytes";

export const NOTHING_BEFORE = "0".repeat(64);

export interface Envelope {
  id: string;
  seq: number;
  prev: string;
  seen_at: string;
  sealed: string;
}

/** Write an envelope. The phone keeps this very text: a digest is of its bytes. */
export const written = ({ id, seq, prev, seen_at, sealed }: Envelope): string =>
  JSON.stringify({ id, seq, prev, seen_at, sealed });

/** The digest of an envelope's text. Synchronous, so that it can stand inside a transaction of IndexedDB. */
export const digestOf = (raw: string): string => toHex(sha256(utf8(raw)));

export const digestOfBytes = (bytes: Uint8Array): string => toHex(sha256(bytes));
