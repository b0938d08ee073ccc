// The vectors that Python is held to: same conditions, same facts, same answers and refusals.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { check, evaluate, factsOf, parse } from "../src/index.js";

const vectors = JSON.parse(readFileSync(new URL("../../../tests/vectors/conditions.json", import.meta.url), "utf8"));

/** What becomes of a vector: an answer, "accepted", or the code of the refusal. */
function outcome({ condition, facts, vocabulary }) {
  try {
    const parsed = parse(condition);
    if (facts) return { answer: evaluate(parsed, facts) };
    if (vocabulary) check(parsed, vocabulary);
    return { accepted: true };
  } catch (refused) {
    if (!refused.code) throw refused;
    return { refused: refused.code };
  }
}

function expected({ answer, accepted, refused }) {
  if (refused) return { refused };
  return accepted ? { accepted } : { answer };
}

test("there are vectors", () => assert.ok(vectors.length > 200));

for (const vector of vectors) {
  test(vector.name, () => assert.deepEqual(outcome(vector), expected(vector)));
}

test("texts are ordered by code point, as in Python", () => {
  const before = parse({ "<": ["\u{ffff}", "\u{10000}"] });
  assert.equal(evaluate(before, {}), true);
});

test("what objects inherit is no fact", () => {
  assert.equal(evaluate(parse({ exists: "constructor" }), {}), false);
  assert.throws(() => check(parse({ exists: "constructor" }), {}), { code: "condition.unknown_fact" });
});

test("a condition names the facts it reads", () => {
  const parsed = parse({ and: [{ exists: "a" }, { not: { in: [{ fact: "b" }, { fact: "c" }] } }, { "<": [{ fact: "d" }, 3] }] });
  assert.deepEqual([...factsOf(parsed)].sort(), ["a", "b", "c", "d"]);
});
