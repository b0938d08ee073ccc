// Photos go by themselves, after acts; no act waits for one.
import { signPhoto } from "../kernel/signing";
import { photosWaiting, setPhotoHeld } from "../store/outbox";
import type { Enrolment, KeptPhoto, Phone } from "../store/tables";

const HELD = new Set([200, 201, 204, 409]);

export interface PhotoWorld {
  send(address: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<number>;
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

/** Send photos until all are held or one fails; gives whether all went. */
export async function sendPhotos(phone: Phone, enrolment: Enrolment, world: PhotoWorld): Promise<boolean> {
  for (const photo of await photosWaiting(phone, enrolment.device, 50)) {
    try {
      const status = await world.send(addressOf(enrolment, photo), photo.sealed, await headers(enrolment, photo));
      if (!HELD.has(status)) return false;
    } catch {
      return false;
    }
    await setPhotoHeld(phone, photo.digest);
  }
  return true;
}
