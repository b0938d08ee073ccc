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
  /** The place where it is owed, also one that this phone's ledger does not have. */
  spot?: { title: string; address: string } | null;
  about?: string | null;
  who?: string | null;
  opens_at?: string | null;
  due_at: string;
  closes_at?: string | null;
  state: "open" | "done";
  done_at?: string | null;
  /** The last visit that did not settle it, and how many there were. */
  tried?: { times: number; outcome: string; at: string } | null;
  /** Of which sweep; and which room it is about. */
  sweep?: string | null;
  room?: string | null;
  /** What was found, in somebody's words; figures that are signed. */
  what?: string | null;
  figures?: { label: Words; value: number }[] | null;
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

/** A sweep of doors or places, with the counts of this post's own. */
export interface Sweep extends Item {
  t: "sweep";
  id: string;
  title: Words;
  why?: string | null;
  about: "door" | "place";
  form: string;
  opens_at: string;
  until: string;
  state: "running" | "ended";
  should: number;
  seen: number;
  empty: number;
  open: number;
  missed: number;
  reasons: { outcome: string; label: Words; count: number }[];
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

export type Known = Form | Task | Door | Place | Person | Sweep | Me | AskedBack;

export type Answers = Record<string, Answer>;

/** All that is known, by kind and identifier. */
export interface Book {
  forms: Map<string, Form>;
  tasks: Task[];
  doors: Door[];
  places: Place[];
  people: Person[];
  sweeps: Sweep[];
  me: Me | null;
  questions: Map<string, AskedBack>;
  /** What doors and places are called, by "door:7" and "place:9". */
  titles: Map<string, string>;
  /** Rooms, by "door:7", where a duty of a sweep tells them: doors of one entrance bear one title. */
  rooms: Map<string, string>;
}

/** A door or place by its title, and its room where that is told. */
export const nameOf = (where: string, { titles, rooms }: Pick<Book, "titles" | "rooms">): string =>
  [titles.get(where), rooms.get(where)].filter(Boolean).join(" ");

const ofKind = <Kind extends Known>(items: Item[], kind: Kind["t"]): Kind[] =>
  items.filter((item) => item.t === kind) as Kind[];

export const bookOf = (items: Item[]): Book => ({
  forms: new Map(ofKind<Form>(items, "form").map((form) => [form.id, form])),
  tasks: ofKind<Task>(items, "task"),
  doors: ofKind<Door>(items, "door"),
  places: ofKind<Place>(items, "place"),
  people: ofKind<Person>(items, "person"),
  sweeps: ofKind<Sweep>(items, "sweep"),
  me: ofKind<Me>(items, "me")[0] ?? null,
  questions: new Map(ofKind<AskedBack>(items, "question").map((asked) => [asked.id, asked])),
  titles: new Map([...ofKind<Door>(items, "door"), ...ofKind<Place>(items, "place")].map(({ t, id, title }) => [`${t}:${id}`, title])),
  rooms: new Map(ofKind<Task>(items, "task").flatMap(({ where, room }) => (room ? [[where, room] as const] : []))),
});
