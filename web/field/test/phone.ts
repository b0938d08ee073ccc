// A phone for tests: its own database in memory, and people who work with it.
import { newLock } from "../src/kernel/locking";
import { newDeviceKey } from "../src/kernel/signing";
import vectors from "../../../tests/vectors/field.json";
import { addEnrolment } from "../src/store/enrolments";
import { Phone } from "../src/store/tables";

let count = 0;
const alices = newLock("314159", 10);

export const NOON = Date.parse("2020-11-09T04:00:00Z");
export const HOUR = 3_600_000;

export const newPhone = (): Phone => new Phone(`phone-${(count += 1)}`);

export const keyOfPin = async (): Promise<CryptoKey> => (await alices).key;

export async function enrol(phone: Phone, device: string, receiptKey = vectors.server.receipts) {
  const pair = await newDeviceKey();
  const enrolment = await addEnrolment(phone, {
    ...{ device, name: "Alice's phone", person: "Alice", post: "grid worker", area: "grid 3", areaId: 3 },
    ...{ key: pair.privateKey, sealKey: vectors.server.public, receiptKey, intake: "/intake/batches" },
    ...{ cacheHours: 12, keepHours: 72, lock: (await alices).lock },
  });
  return { enrolment, publicKey: pair.publicKey };
}
