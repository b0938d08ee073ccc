// ZXing's own decoder, compiled to WebAssembly: finds nearly every code that is in a picture. Loaded when first needed.
import { prepareZXingModule, readBarcodes, type ReaderOptions } from "zxing-wasm/reader";
import program from "zxing-wasm/reader/zxing_reader.wasm?url";

prepareZXingModule({ overrides: { locateFile: () => program } });

const OPTIONS: ReaderOptions = { formats: ["QRCode", "Code128", "Code39", "EAN13", "EAN8", "DataMatrix"], tryInvert: false };

/** The texts of the codes in a picture. Fails where a browser does not run the decoder. */
export async function read(points: ImageData): Promise<string[]> {
  return (await readBarcodes(points, OPTIONS)).map(({ text }) => text);
}
