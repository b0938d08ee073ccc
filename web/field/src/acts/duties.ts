// How duties stand on this phone: as the server told them, and by what was done here since.
import type { ActState } from "../store/tables";
import type { Task } from "./bundle";

/** What this phone has sent, or will, about a duty. */
export interface Deed {
  at: number;
  /** "asked": the server took it, and asks back. */
  state: ActState | "asked";
  /** Whether it settles the duty, as far as the phone can tell; nobody at home does not. */
  settles: boolean;
  /** How often the server had counted a try when this was done. */
  tries: number;
}

export type Standing = "open" | "asked" | "tried" | "kept" | "held" | "done";

export interface Duty {
  task: Task;
  standing: Standing;
  /** When it was done or tried: by the server's word, else by this phone's. */
  at: number;
}

const SHANGHAI = 8 * 3_600_000;
const DAY = 86_400_000;
const dayOf = (at: number): number => Math.floor((at + SHANGHAI) / DAY);

/** Whether the server has counted a deed as a try, and the duty is still owed. */
const isCounted = (task: Task, deed: Deed): boolean => (task.tried?.times ?? 0) > deed.tries;

function standingOf(task: Task, deed: Deed | undefined): Standing {
  if (task.state === "done") return "done";
  if (!deed) return task.tried ? "tried" : "open";
  if (deed.state === "asked" || deed.state === "quarantined") return "asked";
  if (!deed.settles || isCounted(task, deed)) return "tried";
  return deed.state === "waiting" ? "kept" : "held";
}

function dutyOf(task: Task, deed: Deed | undefined): Duty {
  const standing = standingOf(task, deed);
  const told = standing === "done" ? task.done_at : standing === "tried" ? task.tried?.at : null;
  return { task, standing, at: told ? Date.parse(told) : (deed?.at ?? 0) };
}

export interface Duties {
  open: Duty[];
  /** Today's, the last first. */
  done: Duty[];
}

/** Part duties: what is still owed, and what was done today, here or anywhere; `now` is the situation's moment. */
export function dutiesOf(tasks: Task[], deeds: ReadonlyMap<string, Deed>, now: number): Duties {
  const duties = tasks.map((task) => dutyOf(task, deeds.get(String(task.id))));
  const isOwed = ({ standing }: Duty): boolean => ["open", "asked", "tried"].includes(standing);
  const isOfToday = ({ standing, at }: Duty): boolean => standing !== "done" || dayOf(at) === dayOf(now);
  return {
    open: duties.filter(isOwed),
    done: duties.filter((duty) => !isOwed(duty) && isOfToday(duty)).sort((left, right) => right.at - left.at),
  };
}
