// The phone's own key: made on the phone, never leaves it, signs what is sent and asked for (ECDSA P-256, SHA-256).
import { type Bytes, joined, toBase64, utf8 } from "./bytes";

const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNED = { name: "ECDSA", hash: "SHA-256" } as const;

export const newDeviceKey = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);

/** The public half as the server takes it: SPKI, base64. */
export const publicText = async (pair: CryptoKeyPair): Promise<string> =>
  toBase64(new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey)));

const sign = async (message: Bytes, key: CryptoKey): Promise<string> =>
  toBase64(new Uint8Array(await crypto.subtle.sign(SIGNED, key, message)));

export const batchMessage = (body: string): Bytes => utf8(`fangxian batch\n${body}`);
export const pullMessage = (path: string, at: string): Bytes => utf8(`fangxian pull\nGET${path}${at}`);
export const photoMessage = (digest: string, sealed: Bytes): Bytes =>
  joined(utf8(`fangxian photo\n${digest}\n`), sealed);

export const signBatch = (body: string, key: CryptoKey): Promise<string> => sign(batchMessage(body), key);
export const signPull = (path: string, at: string, key: CryptoKey): Promise<string> => sign(pullMessage(path, at), key);
export const signPhoto = (digest: string, sealed: Bytes, key: CryptoKey): Promise<string> =>
  sign(photoMessage(digest, sealed), key);
