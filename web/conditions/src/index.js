// The condition language of packs in the browser: the twin of src/fangxian/kernel/conditions/.
//
// Both are held to tests/vectors/conditions.json. A fact that is missing or null is unknown, and so is every
// comparison that reads it; the answers are true, false and null (unknown), by Kleene's strong logic. What a
// condition looks like is told in the Python package's description.

/**
 * @typedef {boolean | number | string | string[]} Value
 * @typedef {Record<string, Value | null | undefined>} Facts
 * @typedef {"yes_no" | "number" | "text" | "day" | "time" | "texts"} Type
 * @typedef {Record<string, Type>} Vocabulary
 * @typedef {boolean | Record<string, unknown>} Condition
 */

const DEPTH_MOST = 20;
const ORDERED = new Set(["number", "day", "time"]);

/** What is wrong with a condition, or with facts that do not fit it; `code` as in the catalogue of refusals. */
export class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.name = "Refused";
    this.code = code;
  }
}

const malformed = (path) => new Refused("condition.malformed", `not well formed at ${path}`);
const wrongType = (where) => new Refused("condition.wrong_type", `values of two types meet in ${where}`);

// ------------------------------------------------------------------------------------------------- values

/** Compare texts by code point, as Python and the databases do. */
function order(left, right) {
  if (typeof left === "number") return left - right;
  const [a, b] = [[...left], [...right]];
  for (let place = 0; place < Math.min(a.length, b.length); place += 1) {
    if (a[place] !== b[place]) return a[place].codePointAt(0) - b[place].codePointAt(0);
  }
  return a.length - b.length;
}

const same = (left, right) => JSON.stringify(left) === JSON.stringify(right);

const ORDERS = {
  "<": (left, right) => order(left, right) < 0,
  "<=": (left, right) => order(left, right) <= 0,
  ">": (left, right) => order(left, right) > 0,
  ">=": (left, right) => order(left, right) >= 0,
};
const COMPARE = { "==": same, "!=": (left, right) => !same(left, right), ...ORDERS };

/** The type a bare value has; days and times look like text. */
function naturalType(value) {
  if (typeof value === "boolean") return "yes_no";
  if (typeof value === "number") return "number";
  return typeof value === "string" ? "text" : "texts";
}

function isDay(text) {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) || text.startsWith("0000")) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

const isTime = (text) => /^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/.test(text);
const SPELT = { day: isDay, time: isTime };

/** Whether a value can stand for a fact of this type. */
export function fits(value, type) {
  if (Array.isArray(value)) return type === "texts" && value.every((one) => typeof one === "string");
  if (typeof value === "string" && type in SPELT) return SPELT[type](value);
  return isScalar(value) && naturalType(value) === type;
}

const isScalar = (one) => ["boolean", "string"].includes(typeof one) || Number.isSafeInteger(one);
const isRecord = (one) => typeof one === "object" && one !== null && !Array.isArray(one);

// ------------------------------------------------------------------------------------------------ reading

function name(argument, path) {
  if (typeof argument === "string" && argument) return argument;
  throw malformed(path);
}

function fact(tree, path) {
  if (!same(Object.keys(tree), ["fact"])) throw malformed(path);
  return { read: "fact", name: name(tree.fact, `${path}.fact`) };
}

function literal(tree, path) {
  if (isScalar(tree)) return { read: "literal", value: tree };
  throw malformed(path);
}

const operand = (tree, path) => (isRecord(tree) ? fact(tree, path) : literal(tree, path));

function many(argument, path, read) {
  if (!Array.isArray(argument) || !argument.length) throw malformed(path);
  return argument.map((one, place) => read(one, `${path}[${place}]`));
}

function pair(argument, path) {
  if (Array.isArray(argument) && argument.length === 2) return argument;
  throw malformed(path);
}

function readIn(argument, path) {
  const [left, right] = pair(argument, path);
  const item = operand(left, `${path}[0]`);
  if (isRecord(right)) return { word: "holds", item, texts: fact(right, `${path}[1]`) };
  return { word: "among", item, options: many(right, `${path}[1]`, literal) };
}

function readComparison(operator) {
  return (argument, path) => {
    const [left, right] = pair(argument, path);
    return { word: "compare", operator, left: operand(left, `${path}[0]`), right: operand(right, `${path}[1]`) };
  };
}

const readParts = (word) => (argument, path, depth) => ({
  word,
  parts: many(argument, path, (part, place) => condition(part, place, depth)),
});

const READERS = new Map([
  ["and", readParts("and")],
  ["or", readParts("or")],
  ["not", (argument, path, depth) => ({ word: "not", part: condition(argument, path, depth) })],
  ...Object.keys(COMPARE).map((operator) => [operator, readComparison(operator)]),
  ["in", readIn],
  ["exists", (argument, path) => ({ word: "exists", name: name(argument, path) })],
  ["fact", (argument, path) => ({ word: "truth", of: { read: "fact", name: name(argument, path) } })],
]);

function condition(tree, path, depth) {
  if (depth > DEPTH_MOST) throw new Refused("condition.too_deep", `deeper than ${DEPTH_MOST} levels`);
  if (typeof tree === "boolean") return { word: "truth", of: { read: "literal", value: tree } };
  if (!isRecord(tree) || Object.keys(tree).length !== 1) throw malformed(path);
  const [[key, argument]] = Object.entries(tree);
  const read = READERS.get(key);
  if (!read) throw new Refused("condition.unknown_operator", `${key} at ${path} is not an operator`);
  return read(argument, `${path}.${key}`, depth + 1);
}

/**
 * Read a condition from a tree of JSON, or from its text.
 * @param {unknown} source
 */
export function parse(source) {
  if (typeof source !== "string") return condition(source, "$", 0);
  let tree;
  try {
    tree = JSON.parse(source);
  } catch {
    throw malformed("$");
  }
  return condition(tree, "$", 0);
}

// ---------------------------------------------------------------------------------------------- answering

const valueOf = (one, facts) => (one.read === "literal" ? one.value : Object.prototype.hasOwnProperty.call(facts, one.name) ? (facts[one.name] ?? null) : null);

function compare(one, facts) {
  const [left, right] = [valueOf(one.left, facts), valueOf(one.right, facts)];
  if (left === null || right === null) return null;
  const type = naturalType(left);
  if (naturalType(right) !== type) throw wrongType(one.operator);
  if (one.operator in ORDERS && type !== "number" && type !== "text") throw wrongType(one.operator);
  return COMPARE[one.operator](left, right);
}

function among(one, facts) {
  const item = valueOf(one.item, facts);
  if (item === null) return null;
  if (one.options.some((option) => !fits(option.value, naturalType(item)))) throw wrongType("in");
  return one.options.some((option) => option.value === item);
}

function holds(one, facts) {
  const [item, texts] = [valueOf(one.item, facts), valueOf(one.texts, facts)];
  if (item === null || texts === null) return null;
  if (!Array.isArray(texts) || typeof item !== "string") throw wrongType("in");
  return texts.includes(item);
}

function truth(one, facts) {
  const value = valueOf(one.of, facts);
  if (value === null || typeof value === "boolean") return value;
  throw wrongType("a condition");
}

/** `and` is no as soon as one part is no, `or` is yes as soon as one is yes; else one unknown makes both unknown. */
function joined(deciding) {
  return (one, facts) => {
    const answers = one.parts.map((part) => answer(part, facts));
    if (answers.includes(deciding)) return deciding;
    return answers.includes(null) ? null : !deciding;
  };
}

function opposite(one, facts) {
  const found = answer(one.part, facts);
  return found === null ? null : !found;
}

const ANSWERS = {
  truth,
  compare,
  among,
  holds,
  exists: (one, facts) => valueOf({ read: "fact", name: one.name }, facts) !== null,
  not: opposite,
  and: joined(false),
  or: joined(true),
};
const answer = (one, facts) => ANSWERS[one.word](one, facts);

/**
 * Answer yes, no, or null for unknown.
 * @param {ReturnType<typeof parse>} parsed what `parse` gave
 * @param {Facts} facts
 * @returns {boolean | null}
 */
export const evaluate = (parsed, facts) => answer(parsed, facts);

// ----------------------------------------------------------------------------------------------- checking

const namesOf = (operands) => operands.filter((one) => one.read === "fact").map((one) => one.name);

/**
 * Name every fact that a condition may read.
 * @param {ReturnType<typeof parse>} one
 * @returns {Set<string>}
 */
export function factsOf(one) {
  if (one.parts) return new Set(one.parts.flatMap((part) => [...factsOf(part)]));
  if (one.part) return factsOf(one.part);
  if (one.word === "exists") return new Set([one.name]);
  return new Set(namesOf([one.of, one.left, one.right, one.item, one.texts].filter(Boolean)));
}

const typeIn = (one, vocabulary) => (one.read === "fact" ? vocabulary[one.name] : naturalType(one.value));
const isA = (one, type, vocabulary) => (one.read === "fact" ? vocabulary[one.name] === type : fits(one.value, type));

function mustBe(one, type, vocabulary, where) {
  if (!isA(one, type, vocabulary)) throw wrongType(where);
}

/** Take the type from a fact where there is one: a literal day looks like text. */
const sharedType = (left, right, vocabulary) => typeIn(left.read === "literal" ? right : left, vocabulary);

const CHECKS = {
  truth: (one, vocabulary) => mustBe(one.of, "yes_no", vocabulary, "a condition"),
  compare(one, vocabulary) {
    const wanted = sharedType(one.left, one.right, vocabulary);
    if (one.operator in ORDERS && !ORDERED.has(wanted)) throw wrongType(one.operator);
    [one.left, one.right].forEach((side) => mustBe(side, wanted, vocabulary, one.operator));
  },
  among(one, vocabulary) {
    const wanted = sharedType(one.item, one.options[0], vocabulary);
    [one.item, ...one.options].forEach((part) => mustBe(part, wanted, vocabulary, "in"));
  },
  holds(one, vocabulary) {
    mustBe(one.item, "text", vocabulary, "in");
    mustBe(one.texts, "texts", vocabulary, "in");
  },
  exists() {},
  not: (one, vocabulary) => checkTypes(one.part, vocabulary),
  and: (one, vocabulary) => one.parts.forEach((part) => checkTypes(part, vocabulary)),
  or: (one, vocabulary) => one.parts.forEach((part) => checkTypes(part, vocabulary)),
};
const checkTypes = (one, vocabulary) => CHECKS[one.word](one, vocabulary);

/**
 * Refuse a condition that could not be evaluated on facts of these types.
 * @param {ReturnType<typeof parse>} one
 * @param {Vocabulary} vocabulary
 */
export function check(one, vocabulary) {
  for (const known of factsOf(one)) {
    if (!Object.prototype.hasOwnProperty.call(vocabulary, known)) throw new Refused("condition.unknown_fact", `${known} is not declared`);
  }
  checkTypes(one, vocabulary);
}
