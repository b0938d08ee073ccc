import { describe, expect, it } from "vitest";

import { bookOf, type Question, type Task } from "../src/acts/bundle";
import { problemOf, scaleOf } from "../src/acts/forms";
import { aboutOf, actOf, clockOf, compose, partsOf, stops } from "../src/acts/visits";
import { NOON } from "./phone";

const words = (text: string) => ({ zh: text, en: text });
const question = (name: string, more: Partial<Question> = {}): Question => ({
  ...{ name, type: "yes_no", label: words(name), required: true },
  ...more,
});
const REACHED = question("reached");
const form = (id: string, questions: Question[]) => ({
  ...{ t: "form" as const, id, edition: 1, code: id.slice(2), title: words(id), questions },
});
const task = (id: number, of: string, where: string, minutes: number): Task => ({
  ...{ t: "task", id, title: words(`duty ${id}`), form: of, where, who: "刘*英", state: "open" },
  ...{ due_at: new Date(NOON + minutes * 60_000).toISOString(), send: { kind: "watch", body: { task: id } } },
});
const HEALTH = form("1:health", [
  REACHED,
  question("temperature", {
    ...{ type: "number", unit: { zh: "0.1℃", en: "tenths of a degree" }, least: 340, most: 430 },
    relevant: { fact: "reached" },
  }),
]);
const MEDICINE = form("1:medicine", [REACHED, question("enough", { relevant: { fact: "reached" } })]);
const TASKS = [task(1, "1:health", "door:5", 30), task(2, "1:medicine", "door:5", -12), task(3, "1:health", "place:9", 90)];
const BOOK = bookOf([HEALTH, MEDICINE, ...TASKS, { t: "door", id: 5, title: "4号楼 2单元 502", area: 3 }]);

describe("the doors", () => {
  it("stand in the order of their most pressing duty", () => {
    expect(stops(TASKS, BOOK).map(({ where, title, tasks }) => [where, title, tasks.map(({ id }) => id)])).toEqual([
      ["door:5", "4号楼 2单元 502", [2, 1]],
      ["place:9", "刘*英", [3]],
    ]);
  });

  it("are named by their duty where this phone's ledger does not have them", () => {
    const far = { ...task(9, "1:health", "place:77", 10), who: null, spot: { title: "永安宾馆", address: "永安街 3 号" } };

    expect(stops([far], BOOK).map(({ title }) => title)).toEqual(["永安宾馆"]);
  });

  it("of people whose door nobody knows are each their own", () => {
    const [one, other] = [7, 8].map((id) => ({ ...task(id, "1:health", "area:3", 10), about: `person:${id}`, who: `${id}*` }));

    expect(stops([one!, other!], BOOK).map(({ where, title, who }) => [where, title, who])).toEqual([
      ["person:7", "7*", ""],
      ["person:8", "8*", ""],
    ]);
  });

  it("say how a deadline stands", () => {
    const at = (minutes: number) => clockOf(new Date(NOON + minutes * 60_000).toISOString(), NOON);

    expect([at(-12), at(48), at(90)].map(({ state, minutes }) => [state, minutes])).toEqual([
      ["late", 12],
      ["due", 48],
      ["later", 90],
    ]);
  });
});

describe("a visit", () => {
  const parts = partsOf([TASKS[0]!, TASKS[1]!], BOOK);
  const [reached, temperature, enough] = ["", "1/temperature", "2/enough"];
  const shared = compose(parts, {})[0]!.asked[0]!.key;

  it("asks alike questions once, and follows the answers", () => {
    const shownIn = (given: Record<string, boolean | number>) =>
      compose(parts, given).map(({ asked }) => asked.filter((row) => !row.shared).map((row) => row.question.name));

    expect(reached).toBe("");
    expect(shownIn({})).toEqual([["reached"], []]);
    expect(shownIn({ [shared]: true })).toEqual([["reached", "temperature"], ["enough"]]);
    expect(shownIn({ [shared]: false })).toEqual([["reached"], []]);
  });

  it("asks each of two people who live behind one door, though their names look alike", () => {
    const [one, other] = [1, 2].map((id) => ({ ...task(id, "1:health", "door:5", 30), about: `person:${id}` }));
    const two = compose(partsOf([one!, other!], BOOK), {});

    expect(two.map(({ asked }) => asked.filter((row) => !row.shared).map((row) => row.question.name))).toEqual([["reached"], ["reached"]]);
    expect(two[0]!.asked[0]!.key).not.toBe(two[1]!.asked[0]!.key);
  });

  it("makes one act of each duty that is complete", () => {
    const sections = compose(parts, { [shared]: true, [temperature]: 365 });
    expect(sections.map(({ state }) => state)).toEqual(["complete", "untouched"]);
    expect(actOf(sections[0]!)).toEqual({
      kind: "watch",
      body: { task: 1, answers: { reached: true, temperature: 365 } },
    });
    expect(aboutOf({ title: "502" }, sections[0]!)).toEqual({ title: "502", what: ["duty 1", "duty 1"], tasks: ["1"], settles: true, tries: 0 });

    const both = compose(parts, { [shared]: true, [temperature]: 365, [enough]: false });
    expect(both.map(({ answers }) => answers)).toEqual([
      { reached: true, temperature: 365 },
      { reached: true, enough: false },
    ]);
  });

  it("sends nothing that is not asked any more", () => {
    const sections = compose(parts, { [shared]: false, [temperature]: 365 });

    expect(sections.map(({ answers, state }) => [answers, state])).toEqual([
      [{ reached: false }, "complete"],
      [{ reached: false }, "complete"],
    ]);
  });
});

describe("an answer", () => {
  const problem = (more: Partial<Question>, value: unknown) =>
    problemOf(question("q", more), { q: value as never });

  it.each([
    [{}, undefined, "missing"],
    [{ required: false }, undefined, null],
    [{ type: "text" as const }, "  ", "missing"],
    [{ type: "text" as const, most: 2 }, "三个字", "too_large"],
    [{ type: "number" as const }, 0, null],
    [{ type: "number" as const }, 1.5, "type"],
    [{ type: "number" as const, least: 340 }, 339, "too_small"],
    [{ type: "choice" as const, choices: [{ value: "a", label: words("a") }] }, "b", "choice"],
    [{ type: "choices" as const, required: false }, [], null],
    [{ type: "photo" as const }, ["x"], "choice"],
    [{ type: "number" as const, constraint: { "<=": [{ fact: "q" }, 5] } }, 6, "constraint"],
    [{ type: "number" as const, constraint: { "<=": [{ fact: "q" }, { fact: "unknown" }] } }, 6, null],
  ])("is judged as the server judges it: %j %j", (more, value, expected) => {
    expect(problem(more, value)).toBe(expected);
  });

  it("in tenths is shown with its point", () => {
    expect(scaleOf(HEALTH.questions[1]!)).toEqual({ tenths: true, unit: "℃" });
    expect(scaleOf(REACHED)).toEqual({ tenths: false, unit: null });
  });
});
