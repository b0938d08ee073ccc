// The lifeboat: what waits leaves a phone without network as a file, and goes to the server through a colleague's.
// A file holds signed batches of sealed acts: who carries it can neither read nor change it.
import { digestOfBytes } from "../kernel/chain";
import { utf8 } from "../kernel/bytes";
import { signBatch } from "../kernel/signing";
import { waiting } from "../store/outbox";
import type { Boat, Enrolment, KeptAct, Phone } from "../store/tables";
import { ACTS_MOST, batch, BYTES_MOST, receiptIn, within, type World } from "./exchange";

const MARK = "fangxian lifeboat 1";
const MOST = 5000;
/** How many acts go into one series of codes: about half a minute of showing. */
export const LOAD = 60;

interface File {
  mark: string;
  batches: { body: string; signature: string }[];
}

/** Split into what a request may hold, in order. */
function requests(acts: KeptAct[]): KeptAct[][] {
  const parts: KeptAct[][] = [];
  for (let rest = acts; rest.length; rest = rest.slice(parts[parts.length - 1]!.length)) {
    parts.push(within(rest.slice(0, ACTS_MOST), BYTES_MOST));
  }
  return parts;
}

/** Write what waits, or a part of it, into the text of a file. The phone keeps everything until its own receipt. */
export async function pack(
  phone: Phone,
  enrolment: Enrolment,
  now: number,
  { after, most } = { after: 0, most: MOST },
): Promise<{ text: string; acts: number }> {
  const acts = (await waiting(phone, enrolment.device, Infinity, after + most)).slice(after);
  const bodies = requests(acts).map((part) => batch(enrolment, part, now, true));
  const signed = bodies.map(async (body) => ({ body, signature: await signBatch(body, enrolment.key) }));
  return { text: JSON.stringify({ mark: MARK, batches: await Promise.all(signed) } satisfies File), acts: acts.length };
}

function boatOf({ body, signature }: File["batches"][number]): Boat {
  const { device, acts } = JSON.parse(body) as { device: string; acts: unknown[] };
  return { digest: digestOfBytes(utf8(body)), device: String(device), acts: acts.length, body, signature };
}

/** Take a colleague's file along; gives how many acts it holds. An Error where the text is no such file. */
export async function take(phone: Phone, text: string): Promise<number> {
  const file = JSON.parse(text) as File;
  if (file.mark !== MARK) throw new Error("no lifeboat");
  const boats = file.batches.map(boatOf);
  await phone.boats.bulkPut(boats);
  return boats.reduce((sum, { acts }) => sum + acts, 0);
}

/** Whether a boat need not be offered again: the server signed for it, or will never take it. */
async function isDone({ device, body, signature }: Boat, carrier: Enrolment, world: World): Promise<boolean> {
  const headers = { "Content-Type": "application/json", "Fangxian-Signature": signature };
  const answer = await world.post(carrier.intake, body, headers);
  return receiptIn(answer, { device, receiptKey: carrier.receiptKey }) !== null || answer.status === 400;
}

/** Bring what was carried to the server; what it does not sign for is offered again later. */
export async function bring(phone: Phone, carrier: Enrolment, world: World): Promise<void> {
  for (const boat of await phone.boats.toArray()) {
    const done = await isDone(boat, carrier, world).catch(() => false);
    if (done) await phone.boats.delete(boat.digest);
  }
}
