// A sweep on the phone: its doors by building, what is left in each, and which door comes next.
import type { Book, Sweep, Task } from "./bundle";
import type { Duty } from "./duties";

/** A building (or the places of a sweep of places): what should be seen there, and what is left. */
export interface Building {
  title: string;
  should: number;
  left: Duty[];
  done: Duty[];
}

const NUMBERS = new Intl.Collator("zh-CN", { numeric: true });

/** What a door of a sweep is called inside its building: its room, else its own name. */
export const roomOf = (task: Task, book: Book): string => task.room ?? book.titles.get(task.where) ?? "";

const byRoom = (book: Book) => (left: Duty, right: Duty): number => NUMBERS.compare(roomOf(left.task, book), roomOf(right.task, book));

/** How many doors of a building this phone's ledger knows. */
function doorsOf(book: Book): Map<string, number> {
  const counted = new Map<string, number>();
  for (const { title } of book.doors) counted.set(title, (counted.get(title) ?? 0) + 1);
  return counted;
}

export function buildingsOf(sweep: Sweep, duties: { open: Duty[]; done: Duty[] }, book: Book): Building[] {
  const isDoors = sweep.about === "door";
  const known = isDoors ? doorsOf(book) : new Map<string, number>();
  const buildings = new Map<string, Building>();
  const put = (duty: Duty, side: "left" | "done"): void => {
    const title = isDoors ? (book.titles.get(duty.task.where) ?? "") : "";
    const building = buildings.get(title) ?? { title, should: 0, left: [], done: [] };
    building[side].push(duty);
    buildings.set(title, building);
  };
  duties.open.filter(({ task }) => task.sweep === sweep.id).forEach((duty) => put(duty, "left"));
  duties.done.filter(({ task }) => task.sweep === sweep.id).forEach((duty) => put(duty, "done"));
  for (const building of buildings.values()) {
    building.left.sort(byRoom(book));
    building.done.sort(byRoom(book));
    building.should = Math.max(known.get(building.title) ?? 0, building.left.length + building.done.length);
  }
  return [...buildings.values()].sort((left, right) => NUMBERS.compare(left.title, right.title));
}

/** The door after this one: in its building, then in the next; those that were tried already come last. */
export function nextDoor(buildings: Building[], where: string, from: string): Duty | null {
  const at = buildings.findIndex(({ title }) => title === from);
  const inTurn = [...buildings.slice(Math.max(0, at)), ...buildings.slice(0, Math.max(0, at))].flatMap(({ left }) => left);
  const others = inTurn.filter(({ task }) => task.where !== where);
  return others.find(({ standing }) => standing === "open") ?? others[0] ?? null;
}
