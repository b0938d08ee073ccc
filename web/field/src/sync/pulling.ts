// Asking what is new: a signed question, pages that can be taken up again, each kept with how far it came.
import { signPull } from "../kernel/signing";
import { expire, type Item, keepPage } from "../store/cache";
import { getEnrolment } from "../store/enrolments";
import type { Enrolment, Phone, Pull } from "../store/tables";

const PATH = "/field/api/bundle";
const PAGES_MOST = 500;

/** What the server answers for one page. */
export interface Bundle {
  cursor: number;
  more: boolean;
  after: string | null;
  whole?: boolean;
  items: Item[];
  gone: [string, string | number][];
}

export interface PullWorld {
  get(address: string, headers: Record<string, string>): Promise<{ status: number; text: string }>;
  now(): number;
}

export function pathOf({ base, after }: Pull): string {
  const asked = new URLSearchParams();
  if (base !== null) asked.set("cursor", String(base));
  if (after !== null) asked.set("after", after);
  const spelt = asked.toString();
  return spelt ? `${PATH}?${spelt}` : PATH;
}

async function ask(enrolment: Enrolment, world: PullWorld): Promise<Bundle | null> {
  const path = pathOf(enrolment.pull);
  const at = new Date(world.now()).toISOString();
  const signature = await signPull(path, at, enrolment.key);
  const headers = { "Fangxian-Device": enrolment.device, "Fangxian-At": at, "Fangxian-Signature": signature };
  const { status, text } = await world.get(path, headers);
  return status === 200 ? (JSON.parse(text) as Bundle) : null;
}

/** How far a page brings the pull: what is known moves only with the last page. */
export function next(pull: Pull, bundle: Bundle, now: number): Pull {
  const known = pull.next ?? bundle.cursor;
  return bundle.more
    ? { base: pull.base, next: known, after: bundle.after, at: pull.at ?? now }
    : { base: known, next: null, after: null, at: now };
}

/** Pull until nothing more comes; false where the server could not be asked, and then goes on from there next time. */
export async function pull(phone: Phone, device: string, key: CryptoKey, world: PullWorld): Promise<boolean> {
  await expire(phone, world.now());
  for (let page = 0; page < PAGES_MOST; page += 1) {
    const enrolment = await getEnrolment(phone, device);
    const bundle = await ask(enrolment, world).catch(() => null);
    if (!bundle) return false;
    const isFirst = enrolment.pull.after === null;
    const isWhole = isFirst && (enrolment.pull.base === null || bundle.whole === true);
    const came = { items: bundle.items, gone: bundle.gone, isWhole, pull: next(enrolment.pull, bundle, world.now()) };
    await keepPage(phone, device, came, key);
    if (!bundle.more) return true;
  }
  return false;
}
