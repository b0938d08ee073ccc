// Photos go by themselves, after acts; no act waits for one.
import { signPhoto } from "../kernel/signing";
import { photosWaiting, setPhotoHeld } from "../store/outbox";
import type { Enrolment, KeptPhoto, Phone } from "../store/tables";
import { backOff, retryAfter } from "./waits";

const HELD = new Set([200, 201, 204, 409]);
const A_TURN = 50;

const REFUSED_WAIT = 10 * 60_000; // a server that does not take a photo today may with its next version

export interface PhotoWorld {
  send(address: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<{ status: number; retryAfter: string | null }>;
  now(): number;
  chance(): number;
}

/** Photos lie beside batches: /intake/batches, /intake/photos/<digest>. */
const addressOf = ({ intake }: Enrolment, { digest }: KeptPhoto): string =>
  `${intake.replace(/batches\/?$/, "photos/")}${digest}`;

async function headers(enrolment: Enrolment, { digest, sealed }: KeptPhoto): Promise<Record<string, string>> {
  const signature = await signPhoto(digest, sealed, enrolment.key);
  return {
    "Content-Type": "application/octet-stream",
    "Fangxian-Device": enrolment.device,
    "Fangxian-Signature": signature,
  };
}

/** How long to wait after an answer that did not take a photo. */
function waitAfter({ status, retryAfter: said }: { status: number; retryAfter: string | null }, world: PhotoWorld): number {
  if (status >= 400 && status < 500 && status !== 429) return REFUSED_WAIT;
  return retryAfter(said, world.now()) ?? backOff(4, world.chance());
}

/** Send photos until all are held (null) or one is not; gives how long to wait before the next try. */
export async function sendPhotos(phone: Phone, enrolment: Enrolment, world: PhotoWorld): Promise<number | null> {
  const photos = await photosWaiting(phone, enrolment.device, A_TURN);
  for (const photo of photos) {
    try {
      const answer = await world.send(addressOf(enrolment, photo), photo.sealed, await headers(enrolment, photo));
      if (!HELD.has(answer.status)) return waitAfter(answer, world);
    } catch {
      return backOff(4, world.chance());
    }
    await setPhotoHeld(phone, photo.digest);
  }
  return photos.length === A_TURN ? 0 : null;
}
