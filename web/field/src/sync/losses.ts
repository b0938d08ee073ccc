// What neither the server nor this phone has any more is told by number, so that it is a named gap and not silence.
import { capture } from "../acts/capturing";
import { getEnrolment } from "../store/enrolments";
import { lost, setLost } from "../store/outbox";
import type { Phone } from "../store/tables";

/** Tell once of each stretch that is gone; gives whether there was one. */
export async function tellLost(phone: Phone, device: string, told: { key: CryptoKey; now: number }): Promise<boolean> {
  const gone = await lost(phone, device);
  if (!gone) return false;
  const inner = { kind: "device.lost", body: { from: gone.from, to: gone.to } };
  const about = { title: "", what: [`${gone.from}–${gone.to}`], tasks: [] };
  await capture(phone, await getEnrolment(phone, device), [{ inner, about }], told);
  await setLost(phone, device, gone.to);
  return true;
}
