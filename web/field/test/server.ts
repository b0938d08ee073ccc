// A server as the contract tells it, in memory: what is committed survives, what is not is gone.
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { fromBase64, joined, textOf, toBase64, toHex, utf8 } from "../src/kernel/bytes";
import { digestOf, type Envelope, NOTHING_BEFORE } from "../src/kernel/chain";
import { batchMessage } from "../src/kernel/signing";
import type { Answer } from "../src/sync/exchange";

const SEED = new Uint8Array(32).fill(7);
export const RECEIPT_KEY = toBase64(ed25519.getPublicKey(SEED));

interface Held {
  seq: number;
  raw: string;
}

/** The texts of the envelopes inside a batch, as they came. */
const rawsIn = (body: string): string[] => body.match(/\{"id":"[^}]*\}/g) ?? [];

const answer = (status: number, text: string, headers: Record<string, string> = {}): Answer => ({
  status,
  body: utf8(text),
  header: (name) => headers[name] ?? null,
});

export class Server {
  held = new Map<string, Held>();
  quarantine: string[] = [];
  revoked = false;
  /** What the server cannot take by itself, whatever is in front of or behind it. */
  poison = new Set<string>();
  clock: () => number;

  constructor(
    readonly device: string,
    readonly publicKey: CryptoKey,
    clock: () => number,
  ) {
    this.clock = clock;
  }

  /** A copy of what was committed, as a backup has it. */
  backup(): Map<string, Held> {
    return new Map(this.held);
  }

  private contiguous(): { upto: number; head: string } {
    const bySeq = new Map([...this.held.values()].map(({ seq, raw }) => [seq, raw]));
    let upto = 0;
    while (bySeq.has(upto + 1)) upto += 1;
    return { upto, head: upto ? digestOf(bySeq.get(upto)!) : NOTHING_BEFORE };
  }

  private keep(raw: string): [string, string] {
    const { id, seq } = JSON.parse(raw) as Envelope;
    const known = this.held.get(id);
    if (known && known.raw !== raw) {
      this.quarantine.push(raw);
      return [id, "quarantined"];
    }
    if (!known) this.held.set(id, { seq, raw });
    return [id, "received"];
  }

  private receipt(acts: [string, string][]): Answer {
    const { upto, head } = this.contiguous();
    const received_at = new Date(this.clock()).toISOString();
    const text = JSON.stringify({ device: this.device, received_at, acts, upto, head });
    const root = sha256(joined(Uint8Array.of(0), utf8(text)));
    const signature = toHex(ed25519.sign(joined(utf8("fangxian receipts\n"), root), SEED));
    return answer(200, text, { "Fangxian-Proof": `${toHex(root)} 0 1 `, "Fangxian-Signature": signature });
  }

  async take(body: string, headers: Record<string, string>): Promise<Answer> {
    const signature = fromBase64(headers["Fangxian-Signature"] ?? "");
    const how = { name: "ECDSA", hash: "SHA-256" };
    const isOurs = await crypto.subtle.verify(how, this.publicKey, signature, batchMessage(body));
    if (!isOurs || this.revoked) return answer(401, '{"code":"intake.no_device","sentence":"s","remedy":"r"}');
    const raws = rawsIn(body);
    if (raws.length > 200) return answer(413, "{}");
    if (raws.some((raw) => this.poison.has((JSON.parse(raw) as Envelope).id))) return answer(400, "{}");
    return this.receipt(raws.map((raw) => this.keep(raw)));
  }
}

export const read = (one: Answer): unknown => JSON.parse(textOf(one.body));
