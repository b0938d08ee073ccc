// What this browser cannot do for the records, so that it can be said in words: the app works in a plain browser too.
export type Limit = "embedded" | "no-worker" | "not-kept" | "full";

export interface Ways {
  agent: string;
  hasWorker: boolean;
  isKept: boolean | null;
  used: number;
}

const EMBEDDED = /MicroMessenger|DingTalk|AlipayClient|\bQQ\/|Weibo|; wv\)/i;
const NEARLY_FULL = 0.8;

/** Whether a page stands inside another app, which throws its storage away as it likes. */
export const isEmbedded = (agent: string): boolean => EMBEDDED.test(agent);

export function limitsOf({ agent, hasWorker, isKept, used }: Ways): Limit[] {
  if (isEmbedded(agent)) return ["embedded"];
  const found: [Limit, boolean][] = [
    ["no-worker", !hasWorker],
    ["not-kept", isKept === false],
    ["full", used >= NEARLY_FULL],
  ];
  return found.filter(([, holds]) => holds).map(([limit]) => limit);
}

/** Ask the browser. */
export async function waysOf(browser: Navigator): Promise<Ways> {
  const { usage = 0, quota = 0 } = (await browser.storage?.estimate?.().catch(() => undefined)) ?? {};
  return {
    agent: browser.userAgent,
    hasWorker: "serviceWorker" in browser,
    isKept: (await browser.storage?.persisted?.().catch(() => null)) ?? null,
    used: quota ? usage / quota : 0,
  };
}
