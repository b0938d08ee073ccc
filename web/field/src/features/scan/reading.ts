// Reading codes from pictures: by the browser where it can, else by the decoders that came with the app.
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
const LONGEST = 1280; // pixels of the longer side that are looked at

async function ofBrowser(): Promise<Reader | null> {
  const { BarcodeDetector } = window as { BarcodeDetector?: DetectorClass };
  const known = (await BarcodeDetector?.getSupportedFormats().catch(() => [])) ?? [];
  if (!BarcodeDetector || !known.includes("qr_code")) return null;
  const detector = new BarcodeDetector({ formats: FORMATS.filter((format) => known.includes(format)) });
  return { read: async (picture) => (await detector.detect(picture)).map(({ rawValue }) => rawValue) };
}

const sizeOf = (picture: Picture): [number, number] =>
  "videoWidth" in picture ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height];

const canvas = document.createElement("canvas");

/** The picture's points, no more of them along a side than asked. */
function pointsOf(picture: Picture, longest: number): ImageData {
  const [wide, high] = sizeOf(picture);
  const by = Math.min(1, longest / Math.max(wide, high, 1));
  const [width, height] = [Math.max(1, Math.round(wide * by)), Math.max(1, Math.round(high * by))];
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(picture, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** By ZXing's own code; null where a browser does not run it (below 97, this app's policy does not let it). */
async function ofCompiled(): Promise<Reader | null> {
  const { read } = await import("./compiled");
  const blank = new ImageData(1, 1);
  const runs = await read(blank).then(() => true, () => false);
  return runs ? { read: (picture) => read(pointsOf(picture, LONGEST)) } : null;
}

// One look of the plain decoder misses a code in four; each at another size, or with another threshold, finds what the last missed.
const LOOKS = [
  { longest: 960, isEven: false },
  { longest: 1280, isEven: true },
  { longest: 960, isEven: true },
  { longest: 1280, isEven: false },
  { longest: 800, isEven: false },
];

async function ofPlain(): Promise<Reader> {
  const { decode, greyOf } = await import("./decoding");
  let looks = 0;
  const look = (picture: Picture): string | null => {
    const { longest, isEven } = LOOKS[(looks += 1) % LOOKS.length]!;
    const points = pointsOf(picture, longest);
    return decode(greyOf(points.data), points.width, points.height, isEven);
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

export const readerOf = async (): Promise<Reader> => (await ofBrowser()) ?? (await ofCompiled()) ?? ofPlain();
