// Reading codes from pictures: by the browser where it can, else by the decoder that came with the app.
type Picture = HTMLVideoElement | ImageBitmap;

interface Detector {
  detect(picture: Picture): Promise<{ rawValue: string }[]>;
}

interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

export interface Reader {
  /** The texts of the codes in a picture. */
  read(picture: Picture): Promise<string[]>;
}

const FORMATS = ["qr_code", "code_128", "code_39", "ean_13", "ean_8", "data_matrix"];
// One look misses a code in four; each look at another size, or with another threshold, finds what the last one missed.
const LOOKS = [
  { longest: 960, isEven: false },
  { longest: 1280, isEven: true },
  { longest: 960, isEven: true },
  { longest: 1280, isEven: false },
  { longest: 800, isEven: false },
];

async function ofBrowser(): Promise<Reader | null> {
  const { BarcodeDetector } = window as { BarcodeDetector?: DetectorClass };
  const known = (await BarcodeDetector?.getSupportedFormats().catch(() => [])) ?? [];
  if (!BarcodeDetector || !known.includes("qr_code")) return null;
  const detector = new BarcodeDetector({ formats: FORMATS.filter((format) => known.includes(format)) });
  return { read: async (picture) => (await detector.detect(picture)).map(({ rawValue }) => rawValue) };
}

const sizeOf = (picture: Picture): [number, number] =>
  "videoWidth" in picture ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height];

/** The picture in grey, no larger than asked. */
function greyOf(picture: Picture, longest: number, canvas: HTMLCanvasElement): { grey: Uint8ClampedArray; width: number; height: number } {
  const [wide, high] = sizeOf(picture);
  const by = Math.min(1, longest / Math.max(wide, high, 1));
  const [width, height] = [Math.max(1, Math.round(wide * by)), Math.max(1, Math.round(high * by))];
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(picture, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const grey = new Uint8ClampedArray(width * height);
  for (let at = 0; at < grey.length; at += 1) grey[at] = (data[at * 4]! * 3 + data[at * 4 + 1]! * 6 + data[at * 4 + 2]!) / 10;
  return { grey, width, height };
}

async function ofOurs(): Promise<Reader> {
  const { decode } = await import("./decoding");
  const canvas = document.createElement("canvas");
  let looks = 0;
  const look = (picture: Picture): string | null => {
    const { longest, isEven } = LOOKS[(looks += 1) % LOOKS.length]!;
    const { grey, width, height } = greyOf(picture, longest, canvas);
    return decode(grey, width, height, isEven);
  };
  return {
    async read(picture) {
      const isStill = !("videoWidth" in picture); // a film is looked at again anyway
      for (let count = isStill ? LOOKS.length : 1; count; count -= 1) {
        const text = look(picture);
        if (text !== null) return [text];
      }
      return [];
    },
  };
}

export const readerOf = async (): Promise<Reader> => (await ofBrowser()) ?? ofOurs();
