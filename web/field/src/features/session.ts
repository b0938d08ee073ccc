// Who works now, what is known, what waits: the one state that all screens share.
import { computed, reactive, shallowRef } from "vue";

import { type About, capture, type Made } from "../acts/capturing";
import { bookOf, type Book, type Task } from "../acts/bundle";
import { open, unlock as unlockWith } from "../kernel/locking";
import { forget, readItems } from "../store/cache";
import { dropDraft, dropOldDrafts, findDraft, keepDraft } from "../store/drafts";
import { enrolments, setSetting, setting, switchTo, whoWorks } from "../store/enrolments";
import { type Counts, counts, sent } from "../store/outbox";
import { type Enrolment, type KeptAct, Phone } from "../store/tables";
import type { Outcome } from "../sync/exchange";
import { type Loop, start } from "../sync/loop";
import { tellLost } from "../sync/losses";
import { pull } from "../sync/pulling";
import { world } from "../sync/world";

export interface SentAct {
  act: KeptAct;
  about: About | null;
}

const NO_COUNTS: Counts = { waiting: 0, received: 0, quarantined: 0, photos: 0 };
const TRIES = 5;
const PULL_EVERY = 5 * 60_000;
const LOCKED_AFTER = 30 * 60_000;

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

/** The duties that acts on this phone have done, sent or not. */
const doneHere = computed(() => new Map(sentActs.value.flatMap(({ act, about }) => (about?.tasks ?? []).map((id) => [id, act] as const))));
export const openTasks = computed(() => book.value.tasks.filter((task) => task.state === "open" && !doneHere.value.has(String(task.id))));
export const doneTasks = computed(() =>
  book.value.tasks
    .filter((task) => task.state === "done" || doneHere.value.has(String(task.id)))
    .map((task) => ({ task, at: task.done_at ? Date.parse(task.done_at) : (doneHere.value.get(String(task.id))?.at ?? 0) }))
    .sort((left, right) => right.at - left.at),
);

// ------------------------------------------------------------------------------------------------ refreshing

async function aboutOf(act: KeptAct): Promise<About | null> {
  if (!key.value) return null;
  return open<About>(act.about, key.value).catch(() => null);
}

/** Read again what the tables hold; every screen follows. */
export async function refresh(): Promise<void> {
  enrolled.value = await whoWorks(phone);
  everybody.value = await enrolments(phone);
  for (const { device } of everybody.value) state.waitingOf[device] = (await counts(phone, device)).waiting;
  state.boats = await phone.boats.count();
  const device = enrolled.value?.device;
  state.counts = device ? await counts(phone, device) : { ...NO_COUNTS };
  if (!device || !key.value) return;
  const acts = await sent(phone, device);
  sentActs.value = await Promise.all(acts.map(async (act) => ({ act, about: await aboutOf(act) })));
  book.value = bookOf(await readItems(phone, device, key.value, Date.now()));
}

let pulledAt = 0;

/** Ask the server what is new, if somebody has unlocked. */
export async function pullNow(): Promise<void> {
  if (!enrolled.value || !key.value || state.pulling) return;
  state.pulling = true;
  state.pullFailed = !(await pull(phone, enrolled.value.device, key.value, world));
  if (!state.pullFailed) pulledAt = Date.now();
  state.pulling = false;
  await refresh();
}

let loop: Loop | null = null;

async function heard(device: string, outcome: Outcome): Promise<void> {
  if (device === enrolled.value?.device) {
    state.outcome = outcome;
    state.reached = outcome !== "failed";
    if (outcome === "revoked") await forget(phone, device); // what was told; never what waits
    if (outcome === "held" && key.value && (await tellLost(phone, device, { key: key.value, now: Date.now() }))) nudge();
  }
  await refresh();
  if (outcome === "held" && Date.now() - pulledAt > PULL_EVERY) await pullNow();
}

export const nudge = (): void => loop?.nudge();

/** Open the tables and start sending. Called once. */
export async function begin(): Promise<void> {
  await dropOldDrafts(phone, Date.now());
  await refresh();
  state.ready = true;
  loop = start(phone, world, (device, outcome) => void heard(device, outcome));
  const follow = () => {
    state.online = navigator.onLine;
    if (state.online) nudge();
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
  setInterval(() => (state.now = Date.now()), 20_000);
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
  await setTries(device, TRIES);
  await refresh();
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
  book.value = bookOf([]);
  sentActs.value = [];
}

export async function change(device: string): Promise<void> {
  lockNow();
  await switchTo(phone, device);
  await refresh();
}

// -------------------------------------------------------------------------------------------------- saving

/** Keep acts, all or none; the promise is kept when the disk has them. */
export async function save(acts: Made[]): Promise<void> {
  if (!enrolled.value || !key.value) throw new Error("locked");
  await capture(phone, enrolled.value, acts, { key: key.value, now: Date.now() });
  await refresh();
  nudge();
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

export const tasksAt = (where: string): Task[] => openTasks.value.filter((task) => task.where === where);

export const readChoice = (name: string): Promise<unknown> => setting(phone, name);
export const keepChoice = (name: string, value: unknown): Promise<void> => setSetting(phone, name, value);
