// The loop of one page: every enrolment's outbox is emptied in turn, whoever works now, locked or not.
import { enrolments } from "../store/enrolments";
import type { Phone } from "../store/tables";
import { exchange, newPace, type Outcome, type Pace, type Turn, type World } from "./exchange";
import { bring } from "./lifeboat";
import { type PhotoWorld, sendPhotos } from "./photos";

export interface Loop {
  /** Exchange soon: something was captured. A server that did not answer is not asked more often for it. */
  nudge(): void;
  /** Exchange now: the network came back, or somebody asks for it. */
  hurry(): void;
  stop(): void;
}

interface Course {
  pace: Pace;
  due: number;
  /** Asked for while a turn was under way: photos of one take their time. */
  isWanted: boolean;
}

const IDLE = 60_000;

/** One tab at a time where the browser can say so; two would only say the same thing twice. */
async function alone<Result>(name: string, task: () => Promise<Result>): Promise<Result | null> {
  const locks = globalThis.navigator?.locks;
  if (!locks) return task();
  return locks.request(name, { ifAvailable: true }, async (lock) => (lock ? task() : null));
}

async function turnOf(phone: Phone, device: string, pace: Pace, world: World & PhotoWorld): Promise<Turn> {
  const turn = await exchange(phone, device, pace, world);
  const enrolment = turn.outcome === "held" ? await phone.enrolments.get(device) : undefined;
  if (enrolment && turn.wait > 0) {
    await bring(phone, enrolment, world);
    const wait = await sendPhotos(phone, enrolment, world);
    if (wait !== null) return { ...turn, wait: Math.min(turn.wait, wait) };
  }
  return turn;
}

/** Start the loop; `told` hears of every turn. */
export function start(
  phone: Phone,
  world: World & PhotoWorld,
  told: (device: string, outcome: Outcome) => void,
  isOnline: () => boolean = () => true,
): Loop {
  const courses = new Map<string, Course>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let again = false;
  let stopped = false;

  const courseOf = (device: string): Course => {
    const known = courses.get(device) ?? { pace: newPace(), due: 0, isWanted: false };
    courses.set(device, known);
    return known;
  };

  async function round(): Promise<void> {
    if (!isOnline()) return;
    for (const { device } of await enrolments(phone)) {
      const course = courseOf(device);
      if (course.due > world.now()) continue;
      course.isWanted = false;
      const turn = await alone(`sync-${device}`, () => turnOf(phone, device, course.pace, world));
      course.due = course.isWanted ? 0 : world.now() + (turn?.wait ?? IDLE);
      if (turn) told(device, turn.outcome);
    }
  }

  const soonest = (): number => (isOnline() ? Math.min(IDLE, ...[...courses.values()].map(({ due }) => due - world.now())) : IDLE);

  async function run(): Promise<void> {
    if (running || stopped) return;
    running = true;
    clearTimeout(timer);
    again = false;
    await round().catch(() => undefined);
    running = false;
    if (!stopped) timer = setTimeout(() => void run(), again ? 0 : Math.max(0, soonest()));
  }

  void run();
  const wake = (isWoken: (course: Course) => boolean): void => {
    for (const course of courses.values()) if (isWoken(course)) Object.assign(course, { due: 0, isWanted: true });
    again = true;
    void run();
  };
  return {
    nudge: () => wake(({ pace }) => pace.failures === 0),
    hurry: () => wake(() => true),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
