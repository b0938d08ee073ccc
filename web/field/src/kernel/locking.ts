// What is cached on the phone rests under a key that only the PIN opens.
import { type Bytes, textOf, utf8 } from "./bytes";

const ROUNDS = 600_000;
const IV_BYTES = 12;
const SALT_BYTES = 16;
const CIPHER = { name: "AES-GCM", length: 256 } as const;

/** A data key as it rests: wrapped under the PIN. */
export interface Lock {
  salt: Bytes;
  rounds: number;
  iv: Bytes;
  wrapped: Bytes;
}

export interface Closed {
  iv: Bytes;
  data: Bytes;
}

const random = (count: number): Bytes => crypto.getRandomValues(new Uint8Array(count));

async function keyOfPin(pin: string, salt: Bytes, rounds: number): Promise<CryptoKey> {
  const known = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, known, CIPHER, false, ["wrapKey", "unwrapKey"]);
}

/** Make a data key under a new PIN; gives the lock to keep and the key that opens it now. */
export async function newLock(pin: string, rounds = ROUNDS): Promise<{ lock: Lock; key: CryptoKey }> {
  const [salt, iv] = [random(SALT_BYTES), random(IV_BYTES)];
  const data = await crypto.subtle.generateKey(CIPHER, true, ["encrypt", "decrypt"]);
  const over = await keyOfPin(pin, salt, rounds);
  const wrapped = new Uint8Array(await crypto.subtle.wrapKey("raw", data, over, { name: "AES-GCM", iv }));
  const lock = { salt, rounds, iv, wrapped };
  return { lock, key: await unwrap(lock, over) };
}

const unwrap = (lock: Lock, over: CryptoKey): Promise<CryptoKey> =>
  crypto.subtle.unwrapKey("raw", lock.wrapped, over, { name: "AES-GCM", iv: lock.iv }, CIPHER, false, [
    "encrypt",
    "decrypt",
  ]);

/** Open a lock; null if the PIN is another. */
export async function unlock(lock: Lock, pin: string): Promise<CryptoKey | null> {
  const over = await keyOfPin(pin, lock.salt, lock.rounds);
  try {
    return await unwrap(lock, over);
  } catch {
    return null;
  }
}

export async function close(value: unknown, key: CryptoKey): Promise<Closed> {
  const iv = random(IV_BYTES);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, utf8(JSON.stringify(value)));
  return { iv, data: new Uint8Array(data) };
}

/** Open what was closed; an Error where the key is another or a byte was changed. */
export async function open<Value>({ iv, data }: Closed, key: CryptoKey): Promise<Value> {
  const bytes = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, data);
  return JSON.parse(textOf(new Uint8Array(bytes))) as Value;
}
