// What a JPEG carries beside its picture (EXIF with place and time, maker's notes, comments), taken out byte by byte.
import { type Bytes, joined } from "./bytes";

const [MARK, BEGIN, SCAN, APP0, APP15, COMMENT] = [0xff, 0xd8, 0xda, 0xe0, 0xef, 0xfe];

/** Give a JPEG without any of it; an Error where the bytes are no JPEG. */
export function bare(jpeg: Bytes): Bytes {
  if (jpeg[0] !== MARK || jpeg[1] !== BEGIN) throw new Error("no JPEG");
  const kept: Uint8Array[] = [jpeg.subarray(0, 2)];
  for (let at = 2; ; ) {
    const kind = jpeg[at + 1];
    if (jpeg[at] !== MARK || kind === undefined || at + 4 > jpeg.length) throw new Error("no JPEG");
    if (kind === SCAN) return joined(...kept, jpeg.subarray(at)); // from here on it is the picture itself
    const end = at + 2 + jpeg[at + 2]! * 256 + jpeg[at + 3]!;
    const tells = (kind > APP0 && kind <= APP15) || kind === COMMENT;
    if (!tells) kept.push(jpeg.subarray(at, end));
    at = end;
  }
}
