// The browser's own network, clock and chance.
import { type Bytes, utf8 } from "../kernel/bytes";
import type { Answer, World } from "./exchange";
import type { PhotoWorld } from "./photos";
import type { PullWorld } from "./pulling";

const PATIENCE = 30_000;

async function asked(address: string, init: RequestInit): Promise<Response> {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), PATIENCE);
  try {
    return await fetch(address, { ...init, signal: control.signal, credentials: "omit", cache: "no-store" });
  } finally {
    clearTimeout(timer);
  }
}

async function answered(response: Response): Promise<Answer> {
  const body = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, body, header: (name) => response.headers.get(name) };
}

export const world: World & PhotoWorld & PullWorld = {
  now: () => Date.now(),
  chance: () => Math.random(),
  post: async (address, body, headers) => answered(await asked(address, { method: "POST", body: utf8(body), headers })),
  async send(address, body: Bytes, headers) {
    const response = await asked(address, { method: "POST", body, headers });
    return { status: response.status, retryAfter: response.headers.get("Retry-After") };
  },
  async get(address, headers) {
    const response = await asked(address, { headers });
    return { status: response.status, text: await response.text(), retryAfter: response.headers.get("Retry-After") };
  },
};
