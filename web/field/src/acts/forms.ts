// Forms of packs on the phone: which questions are asked, and which answers cannot be taken. The server judges again.
import { type Answer, evaluate, parse } from "@fangxian/conditions";

import type { Answers, Question, QuestionType } from "./bundle";

export type Problem = "missing" | "type" | "too_small" | "too_large" | "choice" | "constraint";

const SIZED = new Set<QuestionType>(["number", "text", "choices", "photo"]);
const DIGEST = /^[0-9a-f]{64}$/;

const holds = (condition: unknown, facts: Answers): boolean | null =>
  condition === undefined || condition === null ? true : evaluate(parse(condition), facts);

/** Whether a question is asked after these answers. What cannot be judged here is asked; the server judges. */
export function isAsked({ relevant }: Question, facts: Answers): boolean {
  try {
    return holds(relevant, facts) === true;
  } catch {
    return true;
  }
}

const isEmpty = (given: Answer | undefined): given is undefined =>
  given === undefined || (typeof given === "string" && !given.trim()) || (Array.isArray(given) && !given.length);

/** Follow the questions in order: each asked question with its answer, and the answers as the server takes them. */
export function walk(questions: Question[], given: (question: Question) => Answer | undefined) {
  const answers: Answers = {};
  const asked = questions.filter((question) => {
    if (!isAsked(question, answers)) return false;
    const answer = given(question);
    if (!isEmpty(answer)) answers[question.name] = answer;
    return true;
  });
  return { asked, answers };
}

const sizeOf = (type: QuestionType, value: Answer): number | null => {
  if (!SIZED.has(type) || typeof value === "boolean") return null;
  if (typeof value === "number") return value;
  return typeof value === "string" ? [...value.trim()].length : value.length;
};

function outOfChoices({ choices, type }: Question, value: Answer): boolean {
  const texts = (Array.isArray(value) ? value : [value]).map(String);
  if (new Set(texts).size !== texts.length) return true;
  if (type === "photo") return !texts.every((text) => DIGEST.test(text));
  return Boolean(choices?.length) && !texts.every((text) => choices!.some((choice) => choice.value === text));
}

function outOfBounds(question: Question, value: Answer): Problem | null {
  const size = sizeOf(question.type, value);
  if (size === null) return null;
  const mustBeFilled = question.required !== false && question.type !== "number";
  if (size < Math.max(question.least ?? 0, mustBeFilled ? 1 : 0)) return "too_small";
  return size > (question.most ?? Infinity) ? "too_large" : null;
}

function unsound(question: Question, facts: Answers): boolean {
  try {
    return holds(question.constraint, facts) === false;
  } catch {
    return false;
  }
}

/** What is wrong with the answer to a question that is asked; null if it can be taken. */
export function problemOf(question: Question, answers: Answers): Problem | null {
  const value = answers[question.name];
  if (isEmpty(value)) return question.required === false ? null : "missing";
  if (question.type === "number" && !Number.isSafeInteger(value)) return "type";
  if (outOfChoices(question, value)) return "choice";
  return outOfBounds(question, value) ?? (unsound(question, answers) ? "constraint" : null);
}

/** A number that a pack counts in tenths is shown with its point: 365 reads 36.5. */
export function scaleOf({ type, unit }: Question): { tenths: boolean; unit: string | null } {
  const found = type === "number" ? /^0\.1\s*(\S+)$/.exec(unit?.zh ?? "") : null;
  return { tenths: found !== null, unit: found?.[1] ?? null };
}
