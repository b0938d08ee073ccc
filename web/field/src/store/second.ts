// A second copy of what nobody could give again: who works with this phone, and the acts and photos that were made.
//
// Chromium keeps all tables of a page in one log, and throws them away together when a line of it does not add up: after a kill in the
// middle of writing one it may not (google/leveldb issue 1287). A storage bucket has files of its own, which that fault does not reach.
// What the first copy has is what counts; the second is read only where the first has lost somebody, or the end of somebody's row.
import { isDraft } from "./drafts";
import { type Enrolment, type KeptAct, type KeptPhoto, NOTHING_PULLED, Phone, type Setting } from "./tables";

interface Buckets {
  open(name: string, how: { persisted: boolean }): Promise<{ indexedDB: IDBFactory }>;
}

const NAME = "second";

/** Open the second place; null where the browser has none (below Chromium 122). */
export async function openSecond(): Promise<Phone | null> {
  const { storageBuckets } = navigator as { storageBuckets?: Buckets };
  const bucket = await storageBuckets?.open(NAME, { persisted: true }).catch(() => null);
  return bucket ? new Phone(NAME, bucket.indexedDB) : null;
}

/** Keep an enrolment as it stands, and what was made with it, in the second place too. What fails there, the first has. */
export async function keepTwice(phone: Phone, device: string, acts: KeptAct[], photos: KeptPhoto[]): Promise<void> {
  const { second } = phone;
  const enrolment = second && (await phone.enrolments.get(device));
  if (!second || !enrolment) return;
  const write = second.transaction("rw", second.enrolments, second.acts, second.photos, async () => {
    await putEnds(second, [enrolment]);
    await second.acts.bulkPut(acts);
    await second.photos.bulkPut(photos);
  });
  await write.catch(() => undefined);
}

/** Put enrolments as they were read; where an act was kept meanwhile, its row has gone on, and stays as it is. */
async function putEnds(second: Phone, enrolments: Enrolment[]): Promise<void> {
  for (const one of enrolments) if (one.seq >= ((await second.enrolments.get(one.device))?.seq ?? 0)) await second.enrolments.put(one);
}

/** Let both say the same: what the first has lost comes back, and the second follows the first. */
export async function align(phone: Phone): Promise<void> {
  const { second } = phone;
  if (!second) return;
  try {
    if (await hasLost(phone, second)) await restore(phone, second);
    await follow(phone, second);
  } catch {
    // the second place is full or broken: the first is enough until it is lost
  }
}

/** Whether the first lacks what it had: it is written first, so the second, read first, is never ahead of it. */
async function hasLost(phone: Phone, second: Phone): Promise<boolean> {
  const kept = await second.enrolments.toArray();
  const ends = new Map((await phone.enrolments.toArray()).map(({ device, seq }) => [device, seq]));
  return kept.some(({ device, seq }) => seq > (ends.get(device) ?? -1));
}

/** Bring back who works here and what was made. What the server told is not kept twice: all of it is asked again. */
async function restore(phone: Phone, second: Phone): Promise<void> {
  const enrolments = await second.enrolments.toArray();
  const [acts, photos, settings] = [await second.acts.toArray(), await second.photos.toArray(), await second.settings.toArray()];
  await phone.transaction("rw", phone.enrolments, phone.acts, phone.photos, phone.settings, async () => {
    await phone.enrolments.bulkPut(enrolments.map((one) => ({ ...one, pull: NOTHING_PULLED })));
    await phone.acts.bulkPut(acts);
    await phone.photos.bulkPut(photos);
    await phone.settings.bulkPut(settings);
  });
}

/** Let the second place hold what the first does. Its own are read first: what is in neither list came meanwhile. */
async function follow(phone: Phone, second: Phone): Promise<void> {
  const [ownActs, ownPhotos] = [await second.acts.toCollection().primaryKeys(), await second.photos.toCollection().primaryKeys()];
  const [enrolments, settings] = [await phone.enrolments.toArray(), await choices(phone)];
  const [acts, goneActs] = apart(await phone.acts.toCollection().primaryKeys(), ownActs);
  const [photos, gonePhotos] = apart(await phone.photos.toCollection().primaryKeys(), ownPhotos);
  const [newActs, newPhotos] = [await phone.acts.bulkGet(acts), await phone.photos.bulkGet(photos)];
  await second.transaction("rw", second.enrolments, second.acts, second.photos, second.settings, async () => {
    await putEnds(second, enrolments);
    await second.settings.bulkPut(settings);
    await second.acts.bulkDelete(goneActs);
    await second.photos.bulkDelete(gonePhotos);
    await second.acts.bulkPut(newActs.filter((one) => one !== undefined));
    await second.photos.bulkPut(newPhotos.filter((one) => one !== undefined));
  });
}

/** What the first has and the second misses, and what only the second has. */
function apart(first: string[], second: string[]): [missing: string[], gone: string[]] {
  const [one, other] = [new Set(first), new Set(second)];
  return [first.filter((key) => !other.has(key)), second.filter((key) => !one.has(key))];
}

/** Who is at work, and choices such as the language; drafts stay where they are. */
const choices = async (phone: Phone): Promise<Setting[]> => phone.settings.filter(({ name }) => !isDraft(name)).toArray();
