// Enrolments and who works now. Changing the person touches nothing that waits.
import { align } from "./second";
import { CHAIN_BEGINS, type Enrolment, NOTHING_PULLED, type Phone, type Refusal } from "./tables";

const WORKS_NOW = "works-now";

type Fresh = Omit<Enrolment, keyof typeof CHAIN_BEGINS | "heardAt" | "lostUpto" | "ended" | "pull">;

export async function addEnrolment(phone: Phone, fresh: Fresh): Promise<Enrolment> {
  const enrolment = { ...fresh, ...CHAIN_BEGINS, heardAt: "", lostUpto: 0, ended: null, pull: NOTHING_PULLED };
  await phone.transaction("rw", phone.enrolments, phone.settings, async () => {
    await phone.enrolments.add(enrolment);
    await phone.settings.put({ name: WORKS_NOW, value: enrolment.device });
  });
  await align(phone);
  return enrolment;
}

export const enrolments = (phone: Phone): Promise<Enrolment[]> => phone.enrolments.toArray();

/** The enrolment by this identifier; an Error if there is none. */
export async function getEnrolment(phone: Phone, device: string): Promise<Enrolment> {
  const found = await phone.enrolments.get(device);
  if (!found) throw new Error(`no enrolment ${device}`);
  return found;
}

export async function whoWorks(phone: Phone): Promise<Enrolment | null> {
  const chosen = await phone.settings.get(WORKS_NOW);
  return (chosen && (await phone.enrolments.get(String(chosen.value)))) ?? null;
}

export async function switchTo(phone: Phone, device: string): Promise<void> {
  await getEnrolment(phone, device);
  await phone.settings.put({ name: WORKS_NOW, value: device });
}

export const setEnded = async (phone: Phone, device: string, ended: Refusal | null): Promise<void> => {
  await phone.enrolments.update(device, { ended });
};

/** A choice of this phone, such as its language. */
export const setting = async (phone: Phone, name: string): Promise<unknown> => (await phone.settings.get(name))?.value;

export const setSetting = async (phone: Phone, name: string, value: unknown): Promise<void> => {
  await phone.settings.put({ name, value });
};
