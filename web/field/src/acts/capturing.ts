// Making an act: sealed to the server before it is kept, and kept before anything says so.
import type { Bytes } from "../kernel/bytes";
import { digestOfBytes } from "../kernel/chain";
import { newId } from "../kernel/identifiers";
import { close } from "../kernel/locking";
import { seal, sealBytes, sealKey } from "../kernel/sealing";
import { append, type Sealed } from "../store/outbox";
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
  /** Whether it settles them, as far as the phone can tell (it does, unless said), and the tries counted before. */
  settles?: boolean;
  tries?: number;
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

export interface Made {
  /** Where another act saved with it names it. */
  id?: string;
  inner: Inner;
  about: About;
  photos?: Taken[];
}

interface With {
  key: CryptoKey;
  now: number;
}

async function sealedAct(device: string, act: Made, server: CryptoKey, { key, now }: With): Promise<Sealed> {
  const id = act.id ?? newId(now);
  const [sealed, about, photos] = await Promise.all([
    seal(JSON.stringify(act.inner), id, server),
    close(act.about, key),
    Promise.all((act.photos ?? []).map((photo) => sealedPhoto(photo, id, device, now, server))),
  ]);
  return { id, device, seenAt: new Date(now).toISOString(), at: now, sealed, about, photos };
}

/** Keep acts, all or none; when the promise is kept, so are the acts: only then may anything say 已保存. */
export async function capture(
  phone: Phone,
  { device, sealKey: spki }: Pick<Enrolment, "device" | "sealKey">,
  acts: Made[],
  given: With,
): Promise<KeptAct[]> {
  const server = await sealKey(spki);
  return append(phone, await Promise.all(acts.map((act) => sealedAct(device, act, server, given))));
}
