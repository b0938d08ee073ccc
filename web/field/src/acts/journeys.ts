// Who came from elsewhere: what is asked at a door of the journey, and the act that tells it.
import type { Answers, Question, Words } from "./bundle";
import type { Inner } from "./capturing";
import { problemOf, type Problem, walk } from "./forms";

/** The words of the questions, in both languages. */
export type Asking = Record<"abroad" | "origin" | "hint" | "left" | "entered" | "arrived" | "transport" | "train" | "order", Words>;

const ORIGIN_MOST = 200;
const TRANSPORT_MOST = 60;
const DAYS = ["left_on", "entered_on", "arrived_on"];

/** Only whence is needed: what nobody remembers stays empty, and a visit asks again. */
export function questionsOf(words: Asking, isAbroad: boolean): Question[] {
  const day = (name: string, label: Words): Question => ({ name, type: "date", label, required: false, message: words.order });
  const entered = isAbroad ? [day("entered_on", words.entered)] : [];
  return [
    { name: "is_abroad", type: "yes_no", label: words.abroad },
    { name: "origin", type: "text", label: words.origin, hint: words.hint, least: 1, most: ORIGIN_MOST },
    day("left_on", words.left),
    ...entered,
    day("arrived_on", words.arrived),
    { name: "transport", type: "text", label: words.transport, hint: words.train, required: false, most: TRANSPORT_MOST },
  ];
}

/** The days that cannot be: after today, or before one that must come earlier. */
function wrongDays(answers: Answers, today: string): string[] {
  let earlier = "";
  return DAYS.filter((name) => {
    const day = String(answers[name] ?? "");
    if (!day) return false;
    const isWrong = day > today || day < earlier;
    earlier = day;
    return isWrong;
  });
}

/** A journey as it was answered: its answers, and what is wrong with each. */
export function judge(questions: Question[], given: Answers, today: string): { answers: Answers; problems: Map<string, Problem> } {
  const { answers } = walk(questions, ({ name }) => given[name]);
  const found = questions.map((question) => [question.name, problemOf(question, answers)] as const);
  const problems = new Map(found.filter((one): one is [string, Problem] => one[1] !== null));
  for (const name of wrongDays(answers, today)) problems.set(name, "constraint");
  return { answers, problems };
}

export const cameAct = (person: string, journey: Answers): Inner => ({ kind: "came", body: { person, journey } });
