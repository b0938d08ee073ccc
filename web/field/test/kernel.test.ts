import { describe, expect, it } from "vitest";

import vectors from "../../../tests/vectors/field.json";
import { fromBase45, toBase45 } from "../src/kernel/base45";
import { fromBase64, fromHex, same, textOf, toBase64, toHex, utf8 } from "../src/kernel/bytes";
import { digestOf, NOTHING_BEFORE, written } from "../src/kernel/chain";
import { isId, newId } from "../src/kernel/identifiers";
import { bare } from "../src/kernel/jpeg";
import { close, newLock, open, unlock } from "../src/kernel/locking";
import { isGenuine, readReceipt } from "../src/kernel/receipts";
import { seal, sealKey } from "../src/kernel/sealing";
import { batchMessage, newDeviceKey, publicText, pullMessage, signBatch } from "../src/kernel/signing";

const ECDH = { name: "ECDH", namedCurve: "P-256" };
const ECDSA = { name: "ECDSA", namedCurve: "P-256" };
const SIGNED = { name: "ECDSA", hash: "SHA-256" };

/** The pair behind a private key in PKCS #8: the public half comes out of its own JWK. */
async function pairOf(pkcs8: string): Promise<CryptoKeyPair> {
  const privateKey = await crypto.subtle.importKey("pkcs8", fromBase64(pkcs8), ECDH, true, ["deriveBits"]);
  const { d: _, key_ops: __, ...half } = await crypto.subtle.exportKey("jwk", privateKey);
  return { privateKey, publicKey: await crypto.subtle.importKey("jwk", half, ECDH, true, []) };
}

const deviceKey = () => crypto.subtle.importKey("spki", fromBase64(vectors.device.public), ECDSA, true, ["verify"]);

describe("the shared vectors", () => {
  it.each(vectors.sealing)("seals as the server opens: $id", async ({ id, inner, ephemeral, iv, sealed }) => {
    const chance = { ephemeral: await pairOf(ephemeral), iv: fromBase64(iv) };

    expect(await seal(inner, id, await sealKey(vectors.server.public), chance)).toBe(sealed);
  });

  it("chains acts by the digest of their exact bytes", () => {
    let prev = NOTHING_BEFORE;
    for (const { raw, hash } of vectors.chain) {
      const read = JSON.parse(raw);
      expect(read.prev).toBe(prev);
      expect(written(read)).toBe(raw);
      expect(digestOf(raw)).toBe(hash);
      prev = hash;
    }
  });

  it("signs over the message that the server checks", async () => {
    const { body, signature } = vectors.batch;
    const known = await deviceKey();
    const holds = (message: Uint8Array<ArrayBuffer>, given: string) =>
      crypto.subtle.verify(SIGNED, known, fromBase64(given), message);

    expect(await holds(batchMessage(body), signature)).toBe(true);
    expect(await holds(batchMessage(`${body} `), signature)).toBe(false);
    expect(await holds(pullMessage(vectors.pull.path, vectors.pull.at), vectors.pull.signature)).toBe(true);
    expect(pullMessage(vectors.pull.path, vectors.pull.at)).toEqual(utf8(vectors.pull.message));
  });

  it.each(vectors.receipts)("believes a receipt with its proof: %#", ({ body, proof, signature }) => {
    const key = vectors.server.receipts;
    const other = vectors.receipts.find((one) => one.body !== body)!;

    expect(isGenuine(utf8(body), proof, signature, key)).toBe(true);
    expect(readReceipt(body, vectors.device.id)).toEqual(JSON.parse(body));
    expect(readReceipt(body, newId(0))).toBeNull();
    expect(isGenuine(utf8(`${body} `), proof, signature, key)).toBe(false);
    expect(isGenuine(utf8(body), other.proof, signature, key)).toBe(false);
    expect(isGenuine(utf8(body), proof, signature, toBase64(new Uint8Array(32)))).toBe(false);
    expect(isGenuine(utf8(body), proof, signature.replace(/^../, "00"), key)).toBe(false);
    expect(isGenuine(utf8(body), "", signature, key)).toBe(false);
  });
});

describe("identifiers", () => {
  it("order by time and say that they are of version 7", () => {
    const early = newId(Date.parse("2020-11-09T03:00:00Z"), new Uint8Array(10).fill(255));
    const late = newId(Date.parse("2020-11-09T03:00:01Z"), new Uint8Array(10));

    expect(early.slice(13)).toBe("-7fff-bfff-ffffffffffff");
    expect([isId(early), isId(late), early < late, late[14]]).toEqual([true, true, true, "7"]);
    expect(Number.parseInt(early.replace("-", "").slice(0, 12), 16)).toBe(Date.parse("2020-11-09T03:00:00Z"));
    expect(isId(early.toUpperCase())).toBe(false);
  });
});

describe("bytes", () => {
  it("come back as they went, and what is not hexadecimal is refused", () => {
    const bytes = crypto.getRandomValues(new Uint8Array(65_000));

    expect(same(fromBase64(toBase64(bytes)), bytes)).toBe(true);
    expect(same(fromHex(toHex(bytes)), bytes)).toBe(true);
    expect(() => fromHex("0g")).toThrow();
    expect(() => fromHex("abc")).toThrow();
  });
});

describe("base 45", () => {
  it.each([
    ["AB", "BB8"],
    ["Hello!!", "%69 VD92EX0"],
    ["base-45", "UJCLQE7W581"],
  ])("spells %s as the standard's examples do", (text, spelt) => {
    expect([toBase45(utf8(text)), textOf(fromBase45(spelt))]).toEqual([spelt, text]);
  });

  it("comes back as it went, and what it cannot have spelt is refused", () => {
    const bytes = crypto.getRandomValues(new Uint8Array(541));

    expect(same(fromBase45(toBase45(bytes)), bytes)).toBe(true);
    for (const wrong of ["GGW", "::", "a00", "1", "0 \n"]) expect(() => fromBase45(wrong)).toThrow();
  });
});

describe("a picture", () => {
  const segment = (kind: number, text: string) => [0xff, kind, 0, text.length + 2, ...utf8(text)];
  const picture = [...segment(0xdb, "tables"), 0xff, 0xda, 0, 3, 1, 0xff, 0xe1, 7, 0xff, 0xd9];
  const jpeg = (...parts: number[][]) => Uint8Array.from([0xff, 0xd8, ...parts.flat()]);

  it("loses its place, its time and its comments, and nothing else", () => {
    const jfif = segment(0xe0, "JFIF");
    const told = jpeg(jfif, segment(0xe1, "Exif\0\0MM GPS 34.75 N 113.65 E"), segment(0xfe, "by Alice"), segment(0xed, "maker"), picture);

    expect(bare(told)).toEqual(jpeg(jfif, picture));
    expect(bare(jpeg(picture))).toEqual(jpeg(picture));
  });

  it("that is none is refused", () => {
    for (const wrong of [[], [0xff, 0xd8], [0x89, 0x50, 0x4e, 0x47], [0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 1]]) {
      expect(() => bare(Uint8Array.from(wrong))).toThrow();
    }
  });
});

describe("the device's key", () => {
  it("does not leave the phone, and signs for its public half", async () => {
    const pair = await newDeviceKey();
    const known = await crypto.subtle.importKey("spki", fromBase64(await publicText(pair)), ECDSA, true, ["verify"]);
    const signature = fromBase64(await signBatch("{}", pair.privateKey));

    expect(pair.privateKey.extractable).toBe(false);
    expect(signature.length).toBe(64);
    expect(await crypto.subtle.verify(SIGNED, known, signature, batchMessage("{}"))).toBe(true);
  });
});

describe("the lock", () => {
  it("opens with its PIN only", async () => {
    const { lock, key } = await newLock("314159", 1000);
    const closed = await close({ name: "刘*英" }, key);
    const again = await unlock(lock, "314159");

    expect(await unlock(lock, "314158")).toBeNull();
    expect(await open(closed, again!)).toEqual({ name: "刘*英" });
    closed.data[0]! ^= 1;
    await expect(open(closed, again!)).rejects.toThrow();
  });
});

describe("an older browser", () => {
  it("is given what a library takes for granted", async () => {
    const known = Object.getOwnPropertyDescriptor(Object, "hasOwn")!;
    Reflect.deleteProperty(Object, "hasOwn");
    await import("../src/kernel/older");
    const given = Reflect.get(Object, "hasOwn") as (one: object, name: string) => boolean;
    Object.defineProperty(Object, "hasOwn", known);

    expect([given({ a: 1 }, "a"), given({ a: 1 }, "toString")]).toEqual([true, false]);
  });
});
