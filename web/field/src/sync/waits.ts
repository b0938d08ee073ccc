// How long to wait: as the server asks, else longer each time, and never all phones at once.
const SECOND = 1000;
const SOONEST = SECOND;
const LATEST = 20 * SECOND;
const CONTACT = 10 * 60 * SECOND;

/** Read Retry-After: seconds or a date; null where it says nothing usable. */
export function retryAfter(header: string | null, now: number): number | null {
  if (!header) return null;
  if (/^[0-9]+$/.test(header)) return Number(header) * SECOND;
  const until = Date.parse(header);
  return Number.isNaN(until) ? null : Math.max(0, until - now);
}

/** After a failure: twice as long each time up to twenty seconds, at random in the upper half. */
export const backOff = (failures: number, chance: number): number =>
  Math.min(LATEST, SOONEST * 2 ** Math.min(failures, 10)) * (0.5 + chance / 2);

/** At least as long as was asked for, and up to half as long again. */
export const asAsked = (asked: number, chance: number): number => asked * (1 + chance / 2);

/** When nothing waits the phone still says that it is there. */
export const untilContact = (chance: number): number => CONTACT * (0.8 + chance * 0.4);
