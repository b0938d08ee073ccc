// What the server tells a phone: tasks, the forms they need, doors, places, people, and what it asks back.
import type { Answer } from "@fangxian/conditions";

import type { Item } from "../store/cache";

/** Words as a pack has them. */
export interface Words {
  zh: string;
  en: string;
}

export type QuestionType = "yes_no" | "number" | "choice" | "choices" | "text" | "time" | "date" | "photo";

export interface Question {
  name: string;
  type: QuestionType;
  label: Words;
  hint?: Words | null;
  unit?: Words | null;
  required?: boolean;
  relevant?: unknown;
  constraint?: unknown;
  message?: Words | null;
  choices?: { value: string; label: Words }[];
  least?: number;
  most?: number;
}

export interface Form extends Item {
  t: "form";
  id: string;
  edition: number;
  code: string;
  title: Words;
  questions: Question[];
}

export interface Task extends Item {
  t: "task";
  id: string | number;
  title: Words;
  form: string;
  where: string;
  about?: string | null;
  who?: string | null;
  opens_at?: string | null;
  due_at: string;
  closes_at?: string | null;
  state: "open" | "done";
  done_at?: string | null;
  why?: Words | null;
  send: { kind: string; body: Record<string, unknown> };
}

export interface Door extends Item {
  t: "door";
  title: string;
  area: number;
  people?: number | null;
  note?: string | null;
}

export interface Place extends Item {
  t: "place";
  title: string;
  kind?: Words | null;
  address?: string | null;
  area: number;
  note?: string | null;
}

export interface Person extends Item {
  t: "person";
  name: string;
  door?: string | number | null;
  note?: string | null;
}

export interface Me extends Item {
  t: "me";
  person: string;
  post: string;
  area: { id: number; name: string };
  supervisor?: { name: string; phone?: string | null } | null;
  kinds?: { code: string; label: Words }[] | null;
}

export interface AskedBack extends Item {
  t: "question";
  id: string;
  at: string;
  sentence: Words;
  remedy: Words;
}

export type Known = Form | Task | Door | Place | Person | Me | AskedBack;

export type Answers = Record<string, Answer>;

/** All that is known, by kind and identifier. */
export interface Book {
  forms: Map<string, Form>;
  tasks: Task[];
  doors: Door[];
  places: Place[];
  people: Person[];
  me: Me | null;
  questions: Map<string, AskedBack>;
}

const ofKind = <Kind extends Known>(items: Item[], kind: Kind["t"]): Kind[] =>
  items.filter((item) => item.t === kind) as Kind[];

export const bookOf = (items: Item[]): Book => ({
  forms: new Map(ofKind<Form>(items, "form").map((form) => [form.id, form])),
  tasks: ofKind<Task>(items, "task"),
  doors: ofKind<Door>(items, "door"),
  places: ofKind<Place>(items, "place"),
  people: ofKind<Person>(items, "person"),
  me: ofKind<Me>(items, "me")[0] ?? null,
  questions: new Map(ofKind<AskedBack>(items, "question").map((asked) => [asked.id, asked])),
});
