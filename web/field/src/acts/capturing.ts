// Making an act: sealed to the server before it is kept, and kept before anything says so.
import type { Bytes } from "../kernel/bytes";
import { digestOfBytes } from "../kernel/chain";
import { newId } from "../kernel/identifiers";
import { close } from "../kernel/locking";
import { seal, sealBytes, sealKey } from "../kernel/sealing";
import { append } from "../store/outbox";
import type { Enrolment, KeptAct, KeptPhoto, Phone } from "../store/tables";

export interface Inner {
  kind: string;
  body: Record<string, unknown>;
}

/** What the phone itself remembers of an act, under the PIN: enough for 我发送的, and which duties it did. */
export interface About {
  title: string;
  what: string[];
  tasks: string[];
}

export interface Taken {
  digest: string;
  jpeg: Bytes;
}

export const taken = (jpeg: Bytes): Taken => ({ digest: digestOfBytes(jpeg), jpeg });

async function sealedPhoto(photo: Taken, act: string, device: string, at: number, server: CryptoKey): Promise<KeptPhoto> {
  const sealed = await sealBytes(photo.jpeg, photo.digest, server);
  return { digest: photo.digest, device, act, sealed, at, held: 0 };
}

/** Keep an act; when the promise is kept, so is the act: only then may anything say 已保存. */
export async function capture(
  phone: Phone,
  { device, sealKey: spki }: Pick<Enrolment, "device" | "sealKey">,
  act: { inner: Inner; about: About; photos?: Taken[] },
  { key, now }: { key: CryptoKey; now: number },
): Promise<KeptAct> {
  const id = newId(now);
  const server = await sealKey(spki);
  const [sealed, about, photos] = await Promise.all([
    seal(JSON.stringify(act.inner), id, server),
    close(act.about, key),
    Promise.all((act.photos ?? []).map((photo) => sealedPhoto(photo, id, device, now, server))),
  ]);
  return append(phone, { id, device, seenAt: new Date(now).toISOString(), at: now, sealed, about, photos });
}
