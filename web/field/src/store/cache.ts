// What the server told this phone: under the PIN's key, and thrown away some hours after the last pull.
import { close, type Closed, open } from "../kernel/locking";
import { getEnrolment } from "./enrolments";
import { type KeptItem, NOTHING_PULLED, type Phone, type Pull } from "./tables";

const HOUR = 3_600_000;
const SKEW = HOUR; // a clock that went back by more says nothing about age

export interface Item {
  t: string;
  id: string | number;
  [field: string]: unknown;
}

export interface Page {
  items: Item[];
  gone: [kind: string, id: string | number][];
  isWhole: boolean;
  pull: Pull;
}

/** Keep a page of a pull and how far it came, together or not at all. */
export async function keepPage(phone: Phone, device: string, page: Page, key: CryptoKey): Promise<void> {
  const kept: KeptItem[] = await Promise.all(
    page.items.map(async (item) => ({ device, kind: item.t, id: String(item.id), closed: await close(item, key) })),
  );
  await phone.transaction("rw", phone.items, phone.enrolments, async () => {
    if (page.isWhole) await phone.items.where({ device }).delete();
    await phone.items.bulkPut(kept);
    await phone.items.bulkDelete(page.gone.map(([kind, id]) => [device, kind, String(id)]));
    await phone.enrolments.update(device, { pull: page.pull });
  });
}

/** Read what is known, of all kinds; nothing where it is too old. */
export async function readItems<Known extends Item>(
  phone: Phone,
  device: string,
  key: CryptoKey,
  now: number,
): Promise<Known[]> {
  await expire(phone, now);
  const kept = await phone.items.where({ device }).toArray();
  return Promise.all(kept.map(({ closed }) => open<Known>(closed, key)));
}

const isOld = ({ at }: Pull, hours: number, now: number): boolean =>
  at !== null && (now - at >= hours * HOUR || now < at - SKEW);

/** Throw away what is too old, of everybody who works with this phone. Acts are never looked at. */
export async function expire(phone: Phone, now: number): Promise<void> {
  for (const { device, pull, cacheHours } of await phone.enrolments.toArray()) {
    if (isOld(pull, cacheHours, now)) await forget(phone, device);
  }
}

/** Forget what the server told; it can be asked again. */
export async function forget(phone: Phone, device: string): Promise<void> {
  await phone.transaction("rw", phone.items, phone.enrolments, async () => {
    await phone.items.where({ device }).delete();
    await phone.enrolments.update(device, { pull: NOTHING_PULLED });
  });
}

export const pullOf = async (phone: Phone, device: string): Promise<Pull> => (await getEnrolment(phone, device)).pull;

export type { Closed };
