// Who came from elsewhere: what is asked at the door, what cannot be, and what is sent.
import { describe, expect, it } from "vitest";

import { type Asking, cameAct, judge, questionsOf } from "../src/acts/journeys";

const WORDS = new Proxy({}, { get: (_, name) => ({ zh: String(name), en: String(name) }) }) as Asking;
const TODAY = "2020-11-09";
const judged = (given: Record<string, boolean | string>) => judge(questionsOf(WORDS, given.is_abroad === true), given, TODAY);

describe("a journey", () => {
  it("is told by whence alone, and asks of the border only who crossed it", () => {
    const names = (isAbroad: boolean) => questionsOf(WORDS, isAbroad).map(({ name }) => name);

    expect(judged({ is_abroad: false, origin: "天津市滨海新区" }).problems.size).toBe(0);
    expect([...judged({}).problems.keys()]).toEqual(["is_abroad", "origin"]);
    expect(names(true).filter((name) => !names(false).includes(name))).toEqual(["entered_on"]);
  });

  it.each([
    [{ left_on: "2020-11-08", arrived_on: "2020-11-07" }, ["arrived_on"]],
    [{ left_on: "2020-11-08", arrived_on: "2020-11-10" }, ["arrived_on"]],
    [{ left_on: "2020-11-07", entered_on: "2020-11-07", arrived_on: "2020-11-09" }, []],
  ])("has its days in their order, none ahead: %j", (days, wrong) => {
    expect([...judged({ is_abroad: true, origin: "日本 大阪", ...days }).problems.keys()]).toEqual(wrong);
  });

  it("forgets the border where nobody crossed it", () => {
    const { answers } = judged({ is_abroad: false, origin: "天津", entered_on: "2020-11-07" });

    expect(cameAct("p", answers)).toEqual({ kind: "came", body: { person: "p", journey: { is_abroad: false, origin: "天津" } } });
  });
});
