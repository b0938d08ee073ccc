// Base 45 (RFC 9285): bytes as the 45 signs that a QR code holds most densely.
import type { Bytes } from "./bytes";

const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const BASE = SIGNS.length;

function spelt(value: number, length: number): string {
  let text = "";
  for (let place = 0; place < length; place += 1, value = Math.floor(value / BASE)) text += SIGNS[value % BASE];
  return text;
}

export function toBase45(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const [one, two] = [bytes[at]!, bytes[at + 1]];
    text += two === undefined ? spelt(one, 2) : spelt(one * 256 + two, 3);
  }
  return text;
}

/** Read base 45; an Error on anything else. */
export function fromBase45(text: string): Bytes {
  const bytes: number[] = [];
  for (const group of text.match(/[\s\S]{1,3}/g) ?? []) {
    const value = [...group].reduceRight((sum, sign) => {
      const digit = SIGNS.indexOf(sign);
      return digit < 0 ? NaN : sum * BASE + digit;
    }, 0);
    const most = group.length === 3 ? 0xffff : group.length === 2 ? 0xff : -1;
    if (!(value <= most)) throw new Error("not base 45");
    if (group.length === 3) bytes.push(value >> 8);
    bytes.push(value & 0xff);
  }
  return Uint8Array.from(bytes);
}
