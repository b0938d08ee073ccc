// Receipts: what the server says it holds, believed only with its signature over the tree they stand in (RFC 6962).
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { fromBase64, fromHex, joined, same, utf8 } from "./bytes";
import { isId } from "./identifiers";

const PURPOSE = utf8("fangxian receipts\n");
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export type Fate = "received" | "quarantined";

export interface Receipt {
  device: string;
  received_at: string;
  acts: [id: string, fate: Fate][];
  upto: number;
  head: string;
}

interface Proof {
  root: Uint8Array;
  index: number;
  size: number;
  path: Uint8Array[];
}

const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(joined(NODE, left, right));

function readProof(text: string): Proof {
  const [root = "", index = "", size = "", nodes = ""] = text.split(" ");
  const path = nodes.split(",").filter(Boolean).map(fromHex);
  return { root: fromHex(root), index: Number(index), size: Number(size), path };
}

/** Whether a leaf stands at its place in the tree (RFC 9162, 2.1.3.2). */
function isIncluded(leaf: Uint8Array, { root, index, size, path }: Proof): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let [place, last, hash] = [index, size - 1, leaf];
  for (const beside of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = nodeHash(beside, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else {
      hash = nodeHash(hash, beside);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && same(hash, root);
}

/** Whether the holder of the key gave these bytes as a receipt. What cannot be read is not genuine. */
export function isGenuine(body: Uint8Array, proof: string, signature: string, key: string): boolean {
  try {
    const read = readProof(proof);
    return (
      ed25519.verify(fromHex(signature), joined(PURPOSE, read.root), fromBase64(key)) &&
      isIncluded(sha256(joined(LEAF, body)), read)
    );
  } catch {
    return false;
  }
}

const isCount = (one: unknown): one is number => Number.isSafeInteger(one) && (one as number) >= 0;
const isFate = (one: unknown): boolean =>
  Array.isArray(one) && one.length === 2 && isId(String(one[0])) && ["received", "quarantined"].includes(String(one[1]));

/** Read a receipt that was found genuine; null if it is not one of this phone's. */
export function readReceipt(text: string, device: string): Receipt | null {
  const read = JSON.parse(text) as Partial<Receipt>;
  const sound =
    read.device === device &&
    !Number.isNaN(Date.parse(String(read.received_at))) &&
    isCount(read.upto) &&
    /^[0-9a-f]{64}$/.test(String(read.head)) &&
    Array.isArray(read.acts) &&
    read.acts.every(isFate);
  return sound ? (read as Receipt) : null;
}
