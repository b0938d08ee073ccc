// One exchange with the intake: offer what waits, believe only a signed receipt, and say when to come again.
import { textOf } from "../kernel/bytes";
import { isGenuine, readReceipt, type Receipt } from "../kernel/receipts";
import { signBatch } from "../kernel/signing";
import { getEnrolment, setEnded } from "../store/enrolments";
import { aboveGap, setAside, settle, type Settled, waiting } from "../store/outbox";
import type { Enrolment, KeptAct, Phone, Refusal } from "../store/tables";
import { asAsked, backOff, retryAfter, untilContact } from "./waits";

export const ACTS_MOST = 200;
export const BYTES_MOST = 1_500_000;
const HOUR = 3_600_000;
const REVOKED_WAIT = HOUR / 2;

export interface Answer {
  status: number;
  header(name: string): string | null;
  body: Uint8Array;
}

/** What an exchange needs of the world; a network that fails throws. */
export interface World {
  post(address: string, body: string, headers: Record<string, string>): Promise<Answer>;
  now(): number;
  chance(): number;
}

/** What one phone remembers between exchanges; none of it need outlive the page. */
export interface Pace {
  failures: number;
  most: number;
  gapOfferedAt: number;
}

export const newPace = (): Pace => ({ failures: 0, most: ACTS_MOST, gapOfferedAt: -Infinity });

export type Outcome = "held" | "strange" | "refused" | "revoked" | "busy" | "failed";

export interface Turn {
  outcome: Outcome;
  wait: number;
}

// ------------------------------------------------------------------------------------------------- offering

/** As many as a request may hold, and at least one. */
export function within(acts: KeptAct[], bytes: number): KeptAct[] {
  let left = bytes;
  return acts.filter((act, place) => (left -= act.raw.length) >= 0 || place === 0);
}

/** What waits; where nothing does but the server has a gap, now and then what stands above it. */
async function offered(phone: Phone, { device, upto, seq }: Enrolment, pace: Pace, now: number): Promise<KeptAct[]> {
  const waits = await waiting(phone, device, now, pace.most);
  if (waits.length || upto >= seq || now - pace.gapOfferedAt < HOUR) return waits;
  pace.gapOfferedAt = now;
  return aboveGap(phone, device, upto, pace.most);
}

/** The text of a batch. Acts that come again say by which clock they were made; envelopes go in as the very text that was kept: their digests are of those bytes. */
export const batch = ({ device, seq, head }: Enrolment, acts: KeptAct[], now: number, carried?: true): string => {
  const behind = acts.some((act) => act.behind !== undefined) ? acts.map((act) => act.behind ?? null) : undefined;
  const before = JSON.stringify({ device, sent_at: new Date(now).toISOString(), have: { seq, hash: head }, behind, carried });
  return `${before.slice(0, -1)},"acts":[${acts.map(({ raw }) => raw).join(",")}]}`;
};

async function post(enrolment: Enrolment, acts: KeptAct[], sentAt: number, world: World): Promise<Answer> {
  const body = batch(enrolment, acts, sentAt);
  const signature = await signBatch(body, enrolment.key);
  const headers = { "Content-Type": "application/json", "Fangxian-Signature": signature };
  return world.post(enrolment.intake, body, headers);
}

// ---------------------------------------------------------------------------------------------- the answers

/** The receipt in an answer, if the server signed it and it is about this device. */
export function receiptIn(answer: Answer, { device, receiptKey }: Pick<Enrolment, "device" | "receiptKey">): Receipt | null {
  const proof = answer.header("Fangxian-Proof") ?? "";
  const signature = answer.header("Fangxian-Signature") ?? "";
  return isGenuine(answer.body, proof, signature, receiptKey) ? readReceipt(textOf(answer.body), device) : null;
}

function refusalIn(answer: Answer): Refusal {
  const told = { code: `http.${answer.status}`, sentence: "", remedy: "" };
  try {
    return { ...told, ...(JSON.parse(textOf(answer.body)) as Partial<Refusal>) };
  } catch {
    return told;
  }
}

const failed = (outcome: Outcome, pace: Pace, world: World): Turn => {
  pace.failures += 1;
  return { outcome, wait: backOff(pace.failures, world.chance()) };
};

async function whatNow(phone: Phone, device: string, settled: Settled, pace: Pace, world: World): Promise<Turn> {
  if (settled === "strange") return failed("strange", pace, world);
  const more = await waiting(phone, device, world.now(), 1);
  pace.failures = 0;
  pace.most = Math.min(ACTS_MOST, pace.most * 2);
  return { outcome: "held", wait: more.length ? 0 : untilContact(world.chance()) };
}

/** What was offered, and when by this phone's own clock. */
interface Offer {
  acts: KeptAct[];
  sentAt: number;
}

async function held(phone: Phone, enrolment: Enrolment, { sentAt }: Offer, answer: Answer, pace: Pace, world: World): Promise<Turn> {
  const receipt = receiptIn(answer, enrolment);
  if (!receipt) return failed("failed", pace, world);
  return whatNow(phone, enrolment.device, await settle(phone, receipt, sentAt), pace, world);
}

/** A batch that is refused as a whole is halved; an act that is refused alone waits, and those behind it go on. */
async function refused(phone: Phone, acts: KeptAct[], pace: Pace, world: World): Promise<Turn> {
  pace.most = Math.max(1, Math.floor(acts.length / 2));
  if (acts.length !== 1) return acts.length ? { outcome: "refused", wait: 0 } : failed("refused", pace, world);
  await setAside(phone, acts[0]!.id, world.now() + HOUR);
  return { outcome: "refused", wait: backOff(0, world.chance()) };
}

const asksToWait = (answer: Answer, world: World): number | null =>
  answer.status === 429 || answer.status >= 500 ? retryAfter(answer.header("Retry-After"), world.now()) : null;

async function judge(phone: Phone, own: Enrolment, offer: Offer, answer: Answer, pace: Pace, world: World): Promise<Turn> {
  if (answer.status === 200) return held(phone, own, offer, answer, pace, world);
  const asked = asksToWait(answer, world);
  if (asked !== null) return { outcome: "busy", wait: asAsked(asked, world.chance()) };
  if (answer.status === 401) {
    await setEnded(phone, own.device, refusalIn(answer));
    return { outcome: "revoked", wait: REVOKED_WAIT * (1 + world.chance()) };
  }
  const isOurs = answer.status >= 400 && answer.status < 500 && ![404, 408, 425, 429].includes(answer.status);
  return isOurs ? refused(phone, offer.acts, pace, world) : failed("failed", pace, world);
}

/** Speak with the intake once for one enrolment. An empty batch says that the phone is there. */
export async function exchange(phone: Phone, device: string, pace: Pace, world: World): Promise<Turn> {
  const enrolment = await getEnrolment(phone, device);
  const acts = within(await offered(phone, enrolment, pace, world.now()), BYTES_MOST);
  const sentAt = world.now();
  let answer: Answer;
  try {
    answer = await post(enrolment, acts, sentAt, world);
  } catch {
    return failed("failed", pace, world);
  }
  return judge(phone, enrolment, { acts, sentAt }, answer, pace, world);
}
