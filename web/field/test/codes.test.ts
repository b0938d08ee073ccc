// Codes: a row of them holds a file; what the app draws is what its decoder reads.
import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prepareZXingModule } from "zxing-wasm/reader";

import { read } from "../src/features/scan/compiled";
import { decode, squaresOf } from "../src/features/scan/decoding";
import { isEmbedded, limitsOf } from "../src/features/limits";
import { Gathering, isPart, seriesOf } from "../src/sync/series";

/** A text that no packing makes much smaller, the same each time. */
function chance(length: number, seed = 20_201_109): string {
  let state = seed;
  return Array.from({ length }, () => ((state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) >>> 24).toString(36)).join("");
}

/** A code as a camera may see it: grey on grey, with white around. */
function seen(text: string, square = 4, quiet = 4): [Uint8ClampedArray, number, number] {
  const rows = squaresOf(text);
  const side = (rows.length + quiet * 2) * square;
  const grey = new Uint8ClampedArray(side * side).fill(230);
  rows.forEach((row, y) =>
    row.forEach((dark, x) => {
      for (let at = 0; dark && at < square * square; at += 1) {
        grey[((y + quiet) * square + Math.floor(at / square)) * side + (x + quiet) * square + (at % square)] = 30;
      }
    }),
  );
  return [grey, side, side];
}

/** A grey picture, as a canvas gives its points. */
const coloured = (grey: Uint8ClampedArray, width: number, height: number): ImageData =>
  ({ data: Uint8ClampedArray.from({ length: grey.length * 4 }, (_, at) => (at % 4 === 3 ? 255 : grey[Math.floor(at / 4)]!)), width, height }) as ImageData;

const PROGRAM = new URL("../../node_modules/zxing-wasm/dist/reader/zxing_reader.wasm", import.meta.url);

describe("a row of codes", () => {
  const text = chance(3000);

  it("gives the text back in any order, with parts that come again, and not before the last", { timeout: 30_000 }, async () => {
    const codes = await seriesOf(text);
    const orders = fc.shuffledSubarray([...codes, ...codes.slice(0, 2)], { minLength: codes.length + 2 });
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        const gathering = new Gathering();
        const missing = new Set(codes);
        for (const code of order) {
          const { name, have } = gathering.add(code)!;
          missing.delete(code);
          expect(have.filter((one) => !one)).toHaveLength(missing.size);
          expect(await gathering.whole(name)).toBe(missing.size ? null : text);
        }
      }),
      { numRuns: 10, seed: 20_201_109 },
    );
  });

  it("is taken for no other code, and takes no other", async () => {
    const [one, two] = await seriesOf(text);
    const gathering = new Gathering();

    expect([isPart(one!), isPart("https://example.org/field/#/enrol?code=ABCD2345")]).toEqual([true, false]);
    expect(gathering.add(one!)).not.toBeNull();
    for (const wrong of ["", "FX1:", one!.replace(":1/", ":9999/"), two!.replace(/\/\d+/, "/9999"), one!.toLowerCase()]) {
      expect(gathering.add(wrong)).toBeNull();
    }
  });

  it("that was read wrong is forgotten, so that it can be read anew", async () => {
    const codes = await seriesOf(text);
    const gathering = new Gathering();
    const spoilt = codes.map((code, place) => (place === 1 ? `${code.slice(0, -3)}000` : code));
    const read = (list: string[]) => list.map((code) => gathering.add(code)!.name).pop()!;

    expect(await gathering.whole(read(spoilt))).toBeNull();
    expect(await gathering.whole(read(codes))).toBe(text);
  });

  it("of two phones is kept apart", async () => {
    const [mine, other] = [await seriesOf(text), await seriesOf(chance(900, 7))];
    const gathering = new Gathering();
    const name = gathering.add(mine[0]!)!.name;
    other.forEach((code) => gathering.add(code));
    mine.forEach((code) => gathering.add(code));

    expect(await gathering.whole(name)).toBe(text);
  });
});

describe("the decoders", () => {
  const link = "https://example.org/field/#/enrol?code=ABCD2345";
  const nothing = new Uint8ClampedArray(10_000).fill(128);

  it("read what the app draws at any size, where compiled code runs", async () => {
    prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(readFileSync(PROGRAM)).buffer } });
    for (const code of [...(await seriesOf(chance(3000))), link]) {
      for (const square of [3, 4, 5, 7]) expect(await read(coloured(...seen(code, square)))).toEqual([code]);
    }
    expect(await read(coloured(nothing, 100, 100))).toEqual([]);
  });

  it("read an enrolment also without it", () => {
    const looks = [[4, false], [4, true], [5, false], [6, true], [7, false]] as const; // as the camera looks again
    expect(looks.some(([square, isEven]) => decode(...seen(link, square), isEven) === link)).toBe(true);
    expect(decode(nothing, 100, 100)).toBeNull();
  });
});

describe("what a browser cannot do", () => {
  const ways = { agent: "Mozilla/5.0 (Linux; Android 12) Chrome/120 Mobile", hasWorker: true, isKept: true, used: 0.1 };

  it("is said, and only that", () => {
    expect(limitsOf(ways)).toEqual([]);
    expect(limitsOf({ ...ways, isKept: null })).toEqual([]);
    expect(limitsOf({ ...ways, hasWorker: false, isKept: false, used: 0.8 })).toEqual(["no-worker", "not-kept", "full"]);
    expect(limitsOf({ ...ways, agent: `${ways.agent} MicroMessenger/8.0`, isKept: false })).toEqual(["embedded"]);
  });

  it("is known of pages inside other apps", () => {
    expect(["MicroMessenger/8.0", "DingTalk/7.0", "Android 10; wv) Chrome/90"].map(isEmbedded)).toEqual([true, true, true]);
    expect(["MQQBrowser/15", "Chrome/90"].map(isEmbedded)).toEqual([false, false]);
  });
});
