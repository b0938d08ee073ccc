import { describe, expect, it } from "vitest";

import { bookOf, type Sweep, type Task } from "../src/acts/bundle";
import { type Deed, dutiesOf } from "../src/acts/duties";
import { buildingsOf, nextDoor, roomOf } from "../src/acts/sweeps";
import { HOUR, NOON } from "./phone";

const words = (text: string) => ({ zh: text, en: text });
const task = (id: number, more: Partial<Task> = {}): Task => ({
  ...{ t: "task", id, title: words(`duty ${id}`), form: "1:f", where: `door:${id}`, state: "open" },
  ...{ due_at: new Date(NOON + HOUR).toISOString(), send: { kind: "visit", body: {} } },
  ...more,
});
const deed = (more: Partial<Deed> = {}): Deed => ({ at: NOON, state: "waiting", settles: true, tries: 0, ...more });
const standing = (one: Task, done?: Deed): string => {
  const { open, done: over } = dutiesOf([one], new Map(done ? [[String(one.id), done]] : []), NOON);
  const owed = open[0] ? "owed " : "";
  return owed + ((open[0] ?? over[0])?.standing ?? "nothing");
};

describe("a duty", () => {
  it("is owed until something was done about it, and again when that is asked back", () => {
    expect(standing(task(1))).toBe("owed open");
    expect(standing(task(1), deed())).toBe("kept");
    expect(standing(task(1), deed({ state: "received" }))).toBe("held");
    expect(standing(task(1), deed({ state: "asked" }))).toBe("owed asked");
    expect(standing(task(1), deed({ state: "quarantined" }))).toBe("owed asked");
  });

  it("that the server says is done is done, by whomever, and only today", () => {
    const done = (hours: number) => task(1, { state: "done", done_at: new Date(NOON - hours * HOUR).toISOString() });

    expect([standing(done(1)), standing(done(1), deed())]).toEqual(["done", "done"]);
    expect(standing(done(11.9))).toBe("done"); // NOON is 12:00 in Shanghai
    expect(standing(done(12.1))).toBe("nothing");
  });

  it("is owed again once the server has worked a deed in and still owes it", () => {
    const received = deed({ state: "received" });

    expect(standing(task(1), received)).toBe("held");
    expect(standing(task(1, { tried: { times: 1, outcome: "nobody_home", at: "" } }), received)).toBe("owed tried");
    expect(standing(task(1, { tried: { times: 1, outcome: "nobody_home", at: "" } }), { ...received, tries: 1 })).toBe("held");
  });

  it("stays owed where nobody was met", () => {
    expect(standing(task(1), deed({ settles: false }))).toBe("owed tried");
    expect(standing(task(1, { tried: { times: 2, outcome: "refused", at: "2020-11-09T09:00:00+08:00" } }))).toBe("owed tried");
  });
});

describe("a sweep", () => {
  const sweep: Sweep = {
    ...{ t: "sweep", id: "s", title: words("sweep"), about: "door", form: "1:door_sweep", opens_at: "", until: "", state: "running" },
    ...{ should: 5, seen: 1, empty: 0, open: 4, missed: 0, reasons: [] },
  };
  const doors = [["1", 1], ["1", 2], ["1", 3], ["2", 4], ["2", 5]].map(([house, id]) => ({ t: "door" as const, id: id!, title: `${house}号楼 1单元`, area: 3 }));
  const rooms: Record<number, string> = { 1: "1001", 2: "201", 3: "102", 4: "101", 5: "102" };
  const tasks = [2, 3, 4, 5].map((id) => task(id, { sweep: "s", room: rooms[id]! }));
  const book = bookOf([sweep, ...doors, ...tasks]);
  const listed = (deeds: [string, Deed][] = []) => buildingsOf(sweep, dutiesOf(tasks, new Map(deeds), NOON), book);

  it("lists its doors by building and room, with what should be seen", () => {
    expect(listed().map(({ title, should, left }) => [title, should, left.map((duty) => roomOf(duty.task, book))])).toEqual([
      ["1号楼 1单元", 3, ["102", "201"]],
      ["2号楼 1单元", 2, ["101", "102"]],
    ]);
  });

  it("names the next door: in the building, then in the next, and those to try again at the end", () => {
    const after = (where: string, from: string, deeds: [string, Deed][] = []) => nextDoor(listed(deeds), where, from)?.task.id;

    expect(after("door:3", "1号楼 1单元")).toBe(2);
    expect(after("door:2", "1号楼 1单元", [["3", deed()]])).toBe(4);
    expect(after("door:2", "1号楼 1单元", [["3", deed({ settles: false })], ["4", deed()]])).toBe(5);
    expect(after("door:5", "2号楼 1单元", ["3", "2", "4"].map((id) => [id, deed({ settles: id !== "2" })]))).toBe(2);
    expect(nextDoor([], "", "")).toBeNull();
  });
});
