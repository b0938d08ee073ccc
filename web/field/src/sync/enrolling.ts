// Enrolment: the one step that needs the server. The key is made here; only its public half leaves.
import { newLock } from "../kernel/locking";
import { newDeviceKey, publicText } from "../kernel/signing";
import { addEnrolment } from "../store/enrolments";
import type { Before, Enrolment, Phone, Refusal } from "../store/tables";

const ADDRESS = "/field/api/enrol";
const SPOKEN: Record<string, string> = { O: "0", I: "1", L: "1" };

/** Read a code as Crockford's base 32 is meant to be read; null if it has not eight characters. */
export function readCode(typed: string): string | null {
  const code = typed
    .toUpperCase()
    .replace(/[\s-]/g, "")
    .replace(/[OIL]/g, (one) => SPOKEN[one]!);
  return /^[0-9A-HJKMNP-TV-Z]{8}$/.test(code) ? code : null;
}

interface Enrolled {
  device: string;
  person_label: string;
  post_label: string;
  area: number;
  area_label: string;
  server_key: { seal: string; receipts: string };
  intake: string;
  cache_hours: number;
  keep_hours: number;
  before: Before | null;
}

/** A server's No, in its own words. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.sentence);
  }
}

async function ask(body: Record<string, string>, language: string): Promise<Enrolled> {
  const headers = { "Content-Type": "application/json", "Accept-Language": language };
  const answer = await fetch(ADDRESS, { method: "POST", body: JSON.stringify(body), headers, credentials: "omit" });
  const told = (await answer.json()) as Enrolled & Refusal;
  if (!answer.ok) throw new Refused(told);
  return told;
}

/** Enrol with a code; gives the enrolment and the key that the PIN opens. A Refused, or the network's own Error. */
export async function enrol(
  phone: Phone,
  asked: { code: string; name: string; pin: string; language: string; now: number },
): Promise<{ enrolment: Enrolment; key: CryptoKey }> {
  const pair = await newDeviceKey();
  const at = new Date(asked.now).toISOString();
  const told = await ask({ code: asked.code, name: asked.name, public_key: await publicText(pair), at }, asked.language);
  const { lock, key } = await newLock(asked.pin);
  const enrolment = await addEnrolment(phone, {
    ...{ device: told.device, name: asked.name, person: told.person_label, post: told.post_label },
    ...{ area: told.area_label, areaId: told.area, key: pair.privateKey, lock },
    ...{ sealKey: told.server_key.seal, receiptKey: told.server_key.receipts, intake: told.intake },
    ...{ cacheHours: told.cache_hours, keepHours: told.keep_hours, before: told.before },
  });
  return { enrolment, key };
}
