// Who works now, what is known, what waits: the one state that all screens share.
import { computed, reactive, shallowRef } from "vue";

import { type About, capture, type Made } from "../acts/capturing";
import { bookOf, type Book, type Task } from "../acts/bundle";
import { type Deed, dutiesOf } from "../acts/duties";
import { whereOf } from "../acts/visits";
import { open, unlock as unlockWith } from "../kernel/locking";
import { forget, readItems } from "../store/cache";
import { dropDraft, dropOldDrafts, findDraft, keepDraft } from "../store/drafts";
import { enrolments, setSetting, setting, switchTo, whoWorks } from "../store/enrolments";
import { actsOf, type Counts, counts, sent } from "../store/outbox";
import { align, openSecond } from "../store/second";
import { type Enrolment, type KeptAct, Phone } from "../store/tables";
import type { Outcome } from "../sync/exchange";
import { type Loop, start } from "../sync/loop";
import { tellLost } from "../sync/losses";
import { pull } from "../sync/pulling";
import { asAsked } from "../sync/waits";
import { world } from "../sync/world";
import { isEmbedded } from "./limits";

export interface SentAct {
  act: KeptAct;
  about: About | null;
}

const NO_COUNTS: Counts = { waiting: 0, received: 0, quarantined: 0, photos: 0 };
const TRIES = 5;
const PULL_EVERY = 5 * 60_000;
const LOCKED_AFTER = 30 * 60_000;
const HOUR = 3_600_000;

export const phone = new Phone();
export const enrolled = shallowRef<Enrolment | null>(null);
export const everybody = shallowRef<Enrolment[]>([]);
export const book = shallowRef<Book>(bookOf([]));
export const sentActs = shallowRef<SentAct[]>([]);
const key = shallowRef<CryptoKey | null>(null);

export const state = reactive({
  ready: false,
  online: navigator.onLine,
  reached: true,
  counts: { ...NO_COUNTS },
  waitingOf: {} as Record<string, number>,
  boats: 0,
  outcome: "" as Outcome | "",
  pulling: false,
  pullFailed: false,
  now: Date.now(),
  triesLeft: TRIES,
  formOpen: false,
  update: false,
});

export const isOpen = computed(() => key.value !== null);
export const isOffline = computed(() => !state.online || !state.reached);

/** The situation's moment: deadlines stand by it. Only in a rehearsal is it another than the phone's. */
export const situation = computed(() => state.now + (enrolled.value?.pull.ahead ?? 0));

/** What the server asks back about an act stands above what the receipt said of it. */
export const standingOf = (act: KeptAct): Deed["state"] => (book.value.questions.has(act.id) ? "asked" : act.state);

/** What was done about duties on this phone, sent or not; the last act about one counts. */
const deeds = computed(() => {
  const found = new Map<string, Deed>();
  for (const { act, about } of sentActs.value) {
    const { tasks = [], settles = true, tries = 0 } = about ?? {};
    for (const id of tasks) if (!found.has(id)) found.set(id, { at: act.at, state: standingOf(act), settles, tries });
  }
  return found;
});
export const duties = computed(() => dutiesOf(book.value.tasks, deeds.value, situation.value));
export const openTasks = computed(() => duties.value.open.map(({ task }) => task));
export const standings = computed(() => new Map(duties.value.open.map((duty) => [String(duty.task.id), duty])));

// ------------------------------------------------------------------------------------------------ refreshing

const abouts = new Map<string, About | null>(); // opened once: the list grows all day

async function aboutOf(act: KeptAct): Promise<About | null> {
  if (!key.value) return null;
  if (!abouts.has(act.id)) abouts.set(act.id, await open<About>(act.about, key.value).catch(() => null));
  return abouts.get(act.id) ?? null;
}

/** Read again who works, what waits and what was sent. */
async function rereadOutbox(): Promise<void> {
  enrolled.value = await whoWorks(phone);
  everybody.value = await enrolments(phone);
  for (const { device } of everybody.value) state.waitingOf[device] = (await counts(phone, device)).waiting;
  state.boats = await phone.boats.count();
  const device = enrolled.value?.device;
  state.counts = device ? await counts(phone, device) : { ...NO_COUNTS };
  if (!device || !key.value) return;
  const acts = await sent(phone, device);
  const told = await Promise.all(acts.map(async (act) => ({ act, about: await aboutOf(act) })));
  if (key.value && enrolled.value?.device === device) sentActs.value = told;
}

/** Read again what the server told. */
async function rereadBook(): Promise<void> {
  const device = enrolled.value?.device;
  if (!device || !key.value) return;
  const items = await readItems(phone, device, key.value, Date.now());
  if (key.value && enrolled.value?.device === device) book.value = bookOf(items);
  const { me } = book.value;
  if (me) await phone.enrolments.update(device, { areaId: me.area.id, kinds: me.kinds ?? null });
  enrolled.value = await whoWorks(phone); // what was too old is forgotten, and how far it went
}

/** Do something one at a time; whoever asks meanwhile shares the next time. */
function inTurn(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  return function again(): Promise<void> {
    if (next) return next;
    if (running) return (next = running.catch(() => undefined).then(() => ((next = null), again())));
    return (running = task().finally(() => (running = null)));
  };
}

/** Read again what this phone holds of its own; every screen follows. */
export const refresh = inTurn(rereadOutbox);
const refreshBook = inTurn(rereadBook);

let pulledAt = 0;
let pullFrom = 0; // not before, where the server asked to wait

/** Ask the server what is new, if somebody has unlocked. */
export async function pullNow(): Promise<void> {
  if (!enrolled.value || !key.value || state.pulling || Date.now() < pullFrom) return;
  state.pulling = true;
  const { isDone, wait } = await pull(phone, enrolled.value.device, key.value, world).catch(() => ({ isDone: false, wait: null }));
  if (isDone) pulledAt = Date.now();
  if (wait !== null) pullFrom = Date.now() + asAsked(wait, Math.random());
  [state.pullFailed, state.pulling] = [!isDone, false];
  await refresh();
  await refreshBook();
}

let loop: Loop | null = null;

async function heard(device: string, outcome: Outcome): Promise<void> {
  if (device === enrolled.value?.device) {
    state.outcome = outcome;
    state.reached = outcome !== "failed";
    if (outcome === "revoked") {
      await forget(phone, device); // what was told; never what waits
      await refreshBook();
    }
    if (outcome === "held" && key.value && (await tellLost(phone, device, { key: key.value, now: Date.now() }))) nudge();
  }
  await refresh();
  if (outcome !== "held" || Date.now() - pulledAt <= PULL_EVERY) return;
  await pullNow();
  await align(phone); // what was let go of goes from the second place as well
}

export const nudge = (): void => loop?.nudge();
export const hurry = (): void => loop?.hurry();

/** Open the tables and start sending. Called once. */
export async function begin(): Promise<void> {
  phone.second = await openSecond();
  await align(phone);
  await dropOldDrafts(phone, Date.now());
  await refresh();
  state.ready = true;
  loop = start(phone, world, (device, outcome) => void heard(device, outcome), () => navigator.onLine);
  const follow = () => {
    state.online = navigator.onLine;
    if (state.online) hurry();
  };
  window.addEventListener("online", follow);
  window.addEventListener("offline", follow);
  let hiddenAt = 0;
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") return void (hiddenAt = Date.now());
    if (Date.now() - hiddenAt > LOCKED_AFTER && !state.formOpen) lockNow();
    void refresh(); // another tab may have worked
    follow();
  });
  setInterval(() => {
    state.now = Date.now();
    const { pull: told, cacheHours = 0 } = enrolled.value ?? {};
    if (told?.at && Date.now() - told.at >= cacheHours * HOUR) void refreshBook(); // it is thrown away there
  }, 20_000);
}

// ------------------------------------------------------------------------------------------- who works now

const triesOf = (device: string): string => `tries-${device}`;

/** The tries that are left outlive the page: beginning anew gives none back. */
async function setTries(device: string, left: number): Promise<void> {
  state.triesLeft = left;
  await setSetting(phone, triesOf(device), left);
}

export async function opened(device: string, with_: CryptoKey): Promise<void> {
  await switchTo(phone, device);
  key.value = with_;
  void navigator.storage?.persist?.().catch(() => false); // asked each time: it may be granted once the app is used more
  await setTries(device, TRIES);
  await refresh();
  await refreshBook();
  nudge();
  void pullNow();
}

/** Try a PIN; from the fifth wrong one on what was cached is thrown away, never what waits. */
export async function unlock(pin: string): Promise<boolean> {
  const own = enrolled.value;
  if (!own) return false;
  const left = ((await setting(phone, triesOf(own.device))) as number | undefined) ?? TRIES;
  await setTries(own.device, Math.max(0, left - 1)); // before it is tried: a page that is cut off counts too
  const found = await unlockWith(own.lock, pin);
  if (found) await opened(own.device, found);
  else if (state.triesLeft === 0) await forget(phone, own.device);
  return found !== null;
}

export function lockNow(): void {
  key.value = null;
  pulledAt = 0;
  pullFrom = 0;
  book.value = bookOf([]);
  sentActs.value = [];
  abouts.clear();
}

export async function change(device: string): Promise<void> {
  lockNow();
  await switchTo(phone, device);
  await refresh();
}

/** Note that what the phone of before left here was read. */
export async function readBefore(): Promise<void> {
  if (!enrolled.value) return;
  await phone.enrolments.update(enrolled.value.device, { isBeforeRead: true });
  await refresh();
}

// -------------------------------------------------------------------------------------------------- saving

/** Storage of a page inside another app is thrown away as that app likes: there "saved" means that the server has it. */
export const isGuest = isEmbedded(navigator.userAgent);
const PATIENCE = 20_000;

/** Nothing is kept where only the server's word would count, and it cannot be had. */
export class NoServer extends Error {}

/** The words for why something was not saved. */
export const whyNot = (error: unknown): string => {
  if (error instanceof NoServer) return "visit.no-server";
  return (error as Error).name === "QuotaExceededError" || /quota/i.test(String(error)) ? "visit.full" : "visit.not-saved";
};

/** Wait until the server has signed for acts; gives whether it did in time. */
async function areHeld(ids: string[]): Promise<boolean> {
  for (const until = Date.now() + PATIENCE; Date.now() < until; ) {
    if ((await actsOf(phone, ids)).every((act) => act.state !== "waiting")) return true;
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  return false;
}

const SOON = 1500;
let following: ReturnType<typeof setTimeout> | undefined;

/** Keep acts, all or none, on the disk; gives whether they are safe where they are. */
export async function save(acts: Made[]): Promise<boolean> {
  const [own, with_] = [enrolled.value, key.value];
  if (!own || !with_) throw new Error("locked");
  if (isGuest && isOffline.value) throw new NoServer();
  const kept = await capture(phone, own, acts, { key: with_, now: Date.now() });
  kept.forEach((act, place) => abouts.set(act.id, acts[place]!.about));
  nudge();
  const isSafe = !isGuest || (await areHeld(kept.map(({ id }) => id)));
  sentActs.value = [...kept.map((act, place) => ({ act, about: acts[place]!.about })).reverse(), ...sentActs.value];
  state.counts = { ...state.counts, waiting: state.counts.waiting + kept.length };
  clearTimeout(following);
  following = setTimeout(() => void refresh(), SOON); // what was saved is saved; the rest follows when the hand rests
  return isSafe;
}

// -------------------------------------------------------------------------------------------------- drafts

const own = (where: string) =>
  enrolled.value && key.value ? { device: enrolled.value.device, where, key: key.value, now: Date.now() } : null;

export async function leaveDraft(where: string, answers: Record<string, unknown> | null): Promise<void> {
  const whose = own(where);
  if (!whose) return;
  await (answers ? keepDraft(phone, whose, answers) : dropDraft(phone, whose.device, where));
}

export async function draftOf<Answers>(where: string): Promise<Answers | null> {
  const whose = own(where);
  return whose && findDraft<Answers>(phone, whose);
}

/** What is owed at a door. */
export const tasksAt = (where: string): Task[] => openTasks.value.filter((task) => whereOf(task) === where);

export const readChoice = (name: string): Promise<unknown> => setting(phone, name);
export const keepChoice = (name: string, value: unknown): Promise<void> => setSetting(phone, name, value);
