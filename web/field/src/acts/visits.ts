// A visit: all that is due at one door, as one form. What two duties ask alike is asked once.
import type { Answer } from "@fangxian/conditions";

import type { Answers, Book, Form, Question, Task } from "./bundle";
import type { About, Inner, Taken } from "./capturing";
import { problemOf, type Problem, walk } from "./forms";

// ---------------------------------------------------------------------------------------------------- doors

/** A door with what is due there. */
export interface Stop {
  where: string;
  /** The door or place, else who is looked for; empty where neither is known: then its first duty names it. */
  title: string;
  who: string;
  tasks: Task[];
}

const byDue = (left: Task, right: Task): number => Date.parse(left.due_at) - Date.parse(right.due_at);

const spotOf = (tasks: Task[]): string | undefined => tasks.find(({ spot }) => spot)?.spot?.title;

/** A door with its room where a duty says it; a place that this phone's ledger does not have, as its duty names it. */
const titleOf = (where: string, tasks: Task[], book: Book): string =>
  [book.titles.get(where) ?? spotOf(tasks), tasks.find(({ room }) => room)?.room].filter(Boolean).join(" ");

/** Where a duty is done: at its door or place; somebody whose door nobody knows is looked for by themselves. */
export const whereOf = ({ where, about }: Task): string => (where.startsWith("area:") && about ? about : where);

/** Whose duties these are; empty where they are nobody's. */
export const whoOf = (tasks: Task[]): string => [...new Set(tasks.map(({ who }) => who).filter(Boolean))].join("，");

/** Group tasks by door, the most pressing first. */
export function stops(tasks: Task[], book: Book): Stop[] {
  const grouped = new Map<string, Task[]>();
  for (const task of [...tasks].sort(byDue)) grouped.set(whereOf(task), [...(grouped.get(whereOf(task)) ?? []), task]);
  return [...grouped].map(([where, due]) => {
    const [title, who] = [titleOf(where, due, book), whoOf(due)];
    return { where, title: title || who, who: title ? who : "", tasks: due };
  });
}

export interface Clock {
  state: "late" | "due" | "later";
  minutes: number;
}

const SOON = 60;

/** How a deadline stands: late, within the hour, or later; whole minutes. */
export function clockOf(due: string, now: number): Clock {
  const minutes = Math.floor((Date.parse(due) - now) / 60_000);
  if (minutes < 0) return { state: "late", minutes: -minutes };
  return { state: minutes <= SOON ? "due" : "later", minutes };
}

// ----------------------------------------------------------------------------------------------- composing

/** One duty's part of the visit. */
export interface Section {
  task: Task;
  form: Form;
  asked: { question: Question; key: string; shared: boolean; problem: Problem | null }[];
  answers: Answers;
  state: "untouched" | "begun" | "complete";
}

export type Given = Record<string, Answer | undefined>;

const likeness = ({ about, who }: Task, { name, type, label, unit, choices }: Question): string =>
  JSON.stringify([about ?? who ?? "", name, type, label.zh, unit?.zh ?? "", (choices ?? []).map(({ value }) => value)]);

/** Questions that stand alike in several forms about one person have one key, so one answer. Photos are never shared. */
function keysOf(parts: { task: Task; form: Form }[]): (task: Task, question: Question) => string {
  const seen = new Map<string, number>();
  for (const { task, form } of parts) {
    for (const question of form.questions) seen.set(likeness(task, question), (seen.get(likeness(task, question)) ?? 0) + 1);
  }
  return (task, question) => {
    const isShared = question.type !== "photo" && question.type !== "text" && seen.get(likeness(task, question))! > 1;
    return isShared ? likeness(task, question) : `${task.id}/${question.name}`;
  };
}

export function partsOf(tasks: Task[], book: Book): { task: Task; form: Form }[] {
  return tasks.flatMap((task) => {
    const form = book.forms.get(task.form);
    return form ? [{ task, form }] : [];
  });
}

/** Compose the visit from what was answered so far. */
export function compose(parts: { task: Task; form: Form }[], given: Given): Section[] {
  const keyOf = keysOf(parts);
  const shown = new Set<string>();
  return parts.map(({ task, form }) => {
    const { asked, answers } = walk(form.questions, (question) => given[keyOf(task, question)]);
    const rows = asked.map((question) => {
      const key = keyOf(task, question);
      const shared = shown.has(key);
      shown.add(key);
      return { question, key, shared, problem: problemOf(question, answers) };
    });
    const own = rows.filter(({ shared, key }) => !shared && given[key] !== undefined);
    const isComplete = rows.every(({ problem }) => problem === null) && Object.keys(answers).length > 0;
    const state = isComplete ? "complete" : own.length ? "begun" : "untouched";
    return { task, form, asked: rows, answers, state };
  });
}

/** The act of a section: the server's own template with the answers in it. */
export const actOf = ({ task, answers }: Section): Inner => ({
  kind: task.send.kind,
  body: { ...task.send.body, answers },
});

const SETTLING = new Set(["seen", "vacant", "demolished", "closed_down"]);

/** Whether a section's answers settle its duty: a door of a sweep where nobody was seen is owed again. */
export const settles = ({ task, answers }: Section): boolean => task.send.kind !== "sweep" || SETTLING.has(String(answers.outcome));

export const aboutOf = (stop: Pick<Stop, "title">, section: Section): About => ({
  title: stop.title,
  what: [section.task.title.zh, section.task.title.en],
  tasks: [String(section.task.id)],
  settles: settles(section),
  tries: section.task.tried?.times ?? 0,
});

/** The photos that a section's answers name. */
export function photosOf({ answers }: Section, photos: Taken[]): Taken[] {
  const named = new Set(Object.values(answers).flatMap((answer) => (Array.isArray(answer) ? answer : [])));
  return photos.filter(({ digest }) => named.has(digest));
}
