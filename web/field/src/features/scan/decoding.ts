// Codes drawn, and read where nothing better runs: ZXing in plain JavaScript; loaded when first needed.
import {
  BarcodeFormat, BinaryBitmap, DecodeHintType, GlobalHistogramBinarizer, HybridBinarizer, MultiFormatReader,
  QRCodeDecoderErrorCorrectionLevel, QRCodeEncoder, RGBLuminanceSource,
} from "@zxing/library";

const { QR_CODE, CODE_128, CODE_39, EAN_13, EAN_8, DATA_MATRIX } = BarcodeFormat;
const reader = new MultiFormatReader();
reader.setHints(new Map([[DecodeHintType.POSSIBLE_FORMATS, [QR_CODE, CODE_128, CODE_39, EAN_13, EAN_8, DATA_MATRIX]]]));

/** The text of a code in a grey picture; null where none is found. `isEven`: one threshold for the whole picture. */
export function decode(grey: Uint8ClampedArray, width: number, height: number, isEven = false): string | null {
  const Binarizer = isEven ? GlobalHistogramBinarizer : HybridBinarizer;
  try {
    return reader.decodeWithState(new BinaryBitmap(new Binarizer(new RGBLuminanceSource(grey, width, height)))).getText();
  } catch {
    return null;
  }
}

/** The points of a picture in grey. */
export function greyOf(points: Uint8ClampedArray): Uint8ClampedArray {
  const grey = new Uint8ClampedArray(points.length / 4);
  for (let at = 0; at < grey.length; at += 1) grey[at] = (points[at * 4]! * 3 + points[at * 4 + 1]! * 6 + points[at * 4 + 2]!) / 10;
  return grey;
}

/** The squares of a QR code, dark or not, row by row. */
export function squaresOf(text: string): boolean[][] {
  const matrix = QRCodeEncoder.encode(text, QRCodeDecoderErrorCorrectionLevel.L, new Map()).getMatrix();
  return matrix.getArray().map((row) => [...row].map((one) => one === 1));
}
