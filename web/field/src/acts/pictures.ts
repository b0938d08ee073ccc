// Photos are drawn anew before they are kept: smaller, and without where, when and on what they were taken (EXIF).
import { bare } from "../kernel/jpeg";
import { type Taken, taken } from "./capturing";

const LONGEST = 1600;
const BYTES_MOST = 560_000; // what the intake takes is 600 KB, sealed
const QUALITIES = [0.82, 0.7, 0.55, 0.4];

const blobOf = (canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> =>
  new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));

function drawn(picture: ImageBitmap, longest: number): HTMLCanvasElement {
  const by = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * by));
  canvas.height = Math.max(1, Math.round(picture.height * by));
  canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** Make a photo small enough; an Error where the file is no picture. */
export async function resized(file: Blob): Promise<Taken> {
  const picture = await createImageBitmap(file);
  for (const quality of QUALITIES) {
    const blob = await blobOf(drawn(picture, quality < 0.5 ? LONGEST / 2 : LONGEST), quality);
    if (blob && blob.size <= BYTES_MOST) return taken(bare(new Uint8Array(await blob.arrayBuffer())));
  }
  throw new Error("too large");
}
