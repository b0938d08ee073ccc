// Asking what is new: a signed question, pages that can be taken up again, each kept with how far it came.
import { signPull } from "../kernel/signing";
import { expire, type Item, keepPage } from "../store/cache";
import { getEnrolment } from "../store/enrolments";
import type { Enrolment, Phone, Pull } from "../store/tables";
import { retryAfter } from "./waits";

const PATH = "/field/api/bundle";
const PAGES_MOST = 500;
const OF_ONE_CLOCK = 5 * 60_000; // what two clocks may differ by and still say one time

/** What the server answers for one page. */
export interface Bundle {
  cursor: number;
  more: boolean;
  /** The situation's moment at the server. */
  now?: string;
  after: string | null;
  whole?: boolean;
  items: Item[];
  gone: [string, string | number][];
}

export interface PullWorld {
  get(address: string, headers: Record<string, string>): Promise<{ status: number; text: string; retryAfter: string | null }>;
  now(): number;
}

export function pathOf({ base, after }: Pull): string {
  const asked = new URLSearchParams();
  if (base !== null) asked.set("cursor", String(base));
  if (after !== null) asked.set("after", after);
  const spelt = asked.toString();
  return spelt ? `${PATH}?${spelt}` : PATH;
}

/** A page, or how long the server asks to be left alone; null where nothing was understood. */
async function ask(enrolment: Enrolment, world: PullWorld): Promise<Bundle | number | null> {
  const path = pathOf(enrolment.pull);
  const at = new Date(world.now()).toISOString();
  const signature = await signPull(path, at, enrolment.key);
  const headers = { "Fangxian-Device": enrolment.device, "Fangxian-At": at, "Fangxian-Signature": signature };
  const answer = await world.get(path, headers);
  if (answer.status === 200) return JSON.parse(answer.text) as Bundle;
  return answer.status === 503 || answer.status === 429 ? retryAfter(answer.retryAfter, world.now()) : null;
}

/** By how much the situation is ahead; nothing where both clocks say one time. */
function aheadIn({ now }: Bundle, phones: number): number {
  const ahead = now ? Date.parse(now) - phones : 0;
  return Math.abs(ahead) > OF_ONE_CLOCK ? ahead : 0;
}

/** How far a page brings the pull: what is known moves only with the last page. */
export function next(pull: Pull, bundle: Bundle, now: number): Pull {
  const known = pull.next ?? bundle.cursor;
  const ahead = aheadIn(bundle, now);
  return bundle.more
    ? { base: pull.base, next: known, after: bundle.after, at: pull.at ?? now, ahead }
    : { base: known, next: null, after: null, at: now, ahead };
}

export interface Pulled {
  isDone: boolean;
  /** How long the server asked to wait, if it did. */
  wait: number | null;
}

/** Pull until nothing more comes; where the server could not be asked, the next pull goes on from there. */
export async function pull(phone: Phone, device: string, key: CryptoKey, world: PullWorld): Promise<Pulled> {
  await expire(phone, world.now());
  for (let page = 0; page < PAGES_MOST; page += 1) {
    const enrolment = await getEnrolment(phone, device);
    const bundle = await ask(enrolment, world).catch(() => null);
    if (bundle === null || typeof bundle === "number") return { isDone: false, wait: bundle };
    const isFirst = enrolment.pull.after === null;
    const isWhole = isFirst && (enrolment.pull.base === null || bundle.whole === true);
    const came = { items: bundle.items, gone: bundle.gone, isWhole, pull: next(enrolment.pull, bundle, world.now()) };
    await keepPage(phone, device, came, key);
    if (!bundle.more) return { isDone: true, wait: null };
  }
  return { isDone: false, wait: null };
}
