// Sealing to the server's key: what a phone has sealed, it cannot read again (ECIES, P-256).
import { type Bytes, fromBase64, joined, toBase64, utf8 } from "./bytes";

const CURVE = { name: "ECDH", namedCurve: "P-256" } as const;
const INFO = utf8("fangxian act v1");
const IV_BYTES = 12;

/** Fixed only where test vectors fix them. */
export interface Chance {
  ephemeral?: CryptoKeyPair;
  iv?: Bytes;
}

export const sealKey = (spki: string): Promise<CryptoKey> =>
  crypto.subtle.importKey("spki", fromBase64(spki), CURVE, false, []);

async function secretFor(ephemeral: CryptoKeyPair, point: Bytes, server: CryptoKey): Promise<CryptoKey> {
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: server }, ephemeral.privateKey, 256);
  const key = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: point, info: INFO },
    key,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  );
}

/** Seal bytes for the server: ephemeral point ‖ iv ‖ ciphertext and tag; `bound` is told to both, sealed to neither. */
export async function sealBytes(inner: Bytes, bound: string, server: CryptoKey, chance: Chance = {}): Promise<Bytes> {
  const ephemeral = chance.ephemeral ?? (await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]));
  const iv = chance.iv ?? crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", ephemeral.publicKey));
  const key = await secretFor(ephemeral, point, server);
  const closed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(bound) }, key, inner);
  return joined(point, iv, new Uint8Array(closed));
}

/** Seal an act's inner text under its identifier. */
export const seal = async (inner: string, id: string, server: CryptoKey, chance: Chance = {}): Promise<string> =>
  toBase64(await sealBytes(utf8(inner), id, server, chance));
