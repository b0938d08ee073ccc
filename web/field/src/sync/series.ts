// A text as a series of QR codes. Each says of which whole it is a part, and which of how many: parts may come in any
// order and more than once. The whole is believed only when its digest is the one that its parts named.
import { fromBase45, toBase45 } from "../kernel/base45";
import { type Bytes, joined, textOf, utf8 } from "../kernel/bytes";
import { digestOfBytes } from "../kernel/chain";

const PART = /^FX1:([0-9A-F]{16}):([1-9][0-9]{0,3})\/([1-9][0-9]{0,3}):([0-9A-Z $%*+\-./:]+)$/;
const NAME_LENGTH = 16;
const PART_BYTES = 290; // a code of 61 by 61 squares: larger ones are read badly from a small screen
const WHOLE_BYTES_MOST = 8_000_000;

async function through(bytes: Bytes, way: GenericTransformStream): Promise<Bytes> {
  const reader = (new Blob([bytes]).stream().pipeThrough(way) as ReadableStream<Bytes>).getReader();
  const parts: Bytes[] = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return joined(...parts);
    if ((size += value.length) > WHOLE_BYTES_MOST) throw new Error("too large");
    parts.push(value);
  }
}

const nameOf = (bytes: Bytes): string => digestOfBytes(bytes).slice(0, NAME_LENGTH).toUpperCase();

/** Split a text into what codes hold. */
export async function seriesOf(text: string): Promise<string[]> {
  const packed = await through(utf8(text), new CompressionStream("gzip"));
  const [name, total] = [nameOf(packed), Math.ceil(packed.length / PART_BYTES)];
  return Array.from({ length: total }, (_, place) => {
    const part = packed.subarray(place * PART_BYTES, (place + 1) * PART_BYTES);
    return `FX1:${name}:${place + 1}/${total}:${toBase45(part)}`;
  });
}

export const isPart = (code: string): boolean => PART.test(code);

/** What has been read of one series. */
export interface Progress {
  name: string;
  total: number;
  /** By place, from 0: whether that part is here. */
  have: boolean[];
}

interface Known {
  total: number;
  parts: Map<number, string>;
}

/** Gathers parts, of several series if codes of several are read. */
export class Gathering {
  private known = new Map<string, Known>();

  /** Take a code; null where it is no part of a series, or contradicts what was read of it. */
  add(code: string): Progress | null {
    const [, name, place, total, part] = PART.exec(code) ?? [];
    if (!name || !part || Number(place) > Number(total)) return null;
    const series = this.known.get(name) ?? { total: Number(total), parts: new Map<number, string>() };
    if (series.total !== Number(total)) return null;
    this.known.set(name, series);
    series.parts.set(Number(place), part);
    return { name, total: series.total, have: Array.from({ length: series.total }, (_, at) => series.parts.has(at + 1)) };
  }

  /** The whole text once all parts are here, else null. A whole that is not what its parts named is forgotten. */
  async whole(name: string): Promise<string | null> {
    const series = this.known.get(name);
    if (!series || series.parts.size < series.total) return null;
    try {
      const packed = joined(...Array.from({ length: series.total }, (_, place) => fromBase45(series.parts.get(place + 1)!)));
      if (nameOf(packed) !== name) throw new Error("another digest");
      return textOf(await through(packed, new DecompressionStream("gzip")));
    } catch {
      this.known.delete(name);
      return null;
    }
  }
}
