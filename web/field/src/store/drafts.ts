// A visit that is not saved yet, under the PIN: a battery that dies in the middle costs no answers.
import { close, type Closed, open } from "../kernel/locking";
import type { Phone } from "./tables";

const PREFIX = "draft ";
const HOURS_KEPT = 12;
const HOUR = 3_600_000;

interface Draft {
  at: number;
  closed: Closed;
}

export const isDraft = (name: string): boolean => name.startsWith(PREFIX);

const nameOf = (device: string, where: string): string => `${PREFIX}${device} ${where}`;

export async function keepDraft(phone: Phone, own: { device: string; where: string; key: CryptoKey; now: number }, answers: unknown): Promise<void> {
  const value: Draft = { at: own.now, closed: await close(answers, own.key) };
  await phone.settings.put({ name: nameOf(own.device, own.where), value });
}

/** The answers that were left; null if there are none, or they are too old. */
export async function findDraft<Answers>(phone: Phone, own: { device: string; where: string; key: CryptoKey; now: number }): Promise<Answers | null> {
  await dropOldDrafts(phone, own.now);
  const kept = await phone.settings.get(nameOf(own.device, own.where));
  return kept ? open<Answers>((kept.value as Draft).closed, own.key).catch(() => null) : null;
}

export const dropDraft = (phone: Phone, device: string, where: string): Promise<void> => phone.settings.delete(nameOf(device, where));

/** Throw away what was left longer ago than anything else that was told is kept. */
export async function dropOldDrafts(phone: Phone, now: number): Promise<void> {
  await phone.settings
    .where("name")
    .startsWith(PREFIX)
    .filter(({ value }) => Math.abs(now - (value as Draft).at) >= HOURS_KEPT * HOUR)
    .delete();
}
