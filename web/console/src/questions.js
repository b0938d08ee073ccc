// Questions that are asked only after certain answers: shown and hidden as the answers are given.
//
// The server marks what stands around each question with data-question (its name), data-type and, where it is not
// always asked, data-relevant (the pack's own condition, as JSON). Nothing here decides: the server judges again.
import { evaluate, parse } from "@fangxian/conditions";

const WHOLE = /^[+-]?[0-9]+$/;

const inputs = (around) => [...around.querySelectorAll("input, select, textarea")];
const only = (values) => (values.length ? values : null);
const filled = (around) => inputs(around)[0]?.value.trim() || null;
const ticked = (around) => inputs(around).filter((one) => one.checked).map((one) => one.value);

function whole(around) {
  const given = filled(around);
  return given !== null && WHOLE.test(given) ? Number(given) : null;
}

/** The photos chosen now and those of an earlier try; their digests are the server's business. */
function photos(around) {
  const chosen = inputs(around).flatMap((one) => [...(one.files ?? [])].map((file) => file.name));
  const kept = around.closest("form").elements.kept?.value.split(",").filter(Boolean) ?? [];
  return only([...chosen, ...kept]);
}

const ANSWERS = {
  yes_no: (around) => ({ yes: true, no: false })[ticked(around)[0]] ?? null,
  number: whole,
  choice: (around) => ticked(around)[0] ?? null,
  choices: (around) => only(ticked(around)),
  text: filled,
  time: filled,
  date: filled,
  photo: photos,
};

/** Whether a question is asked after these answers. A condition that cannot be judged here is left to the server. */
function isAsked(around, answers) {
  if (!around.dataset.relevant) return true;
  try {
    return evaluate(parse(around.dataset.relevant), answers) === true;
  } catch {
    return true;
  }
}

/** Show or hide one question. What is hidden is not sent; what was typed into it comes back with it. */
function show(around, asked) {
  around.hidden = !asked;
  inputs(around).forEach((one) => (one.disabled = !asked));
}

function settle(form) {
  const answers = {};
  for (const around of form.querySelectorAll("[data-question]")) {
    const asked = isAsked(around, answers);
    show(around, asked);
    const answer = asked ? ANSWERS[around.dataset.type](around) : null;
    if (answer !== null) answers[around.dataset.question] = answer;
  }
}

const isPutTo = (form) => form?.querySelector("[data-relevant]");

/** Words that explain what a page without this file does are not needed with it. */
function begin(form) {
  form.querySelectorAll("[data-unscripted]").forEach((one) => (one.hidden = true));
  form.querySelectorAll("[data-relevant][data-required] .opt").forEach((one) => (one.hidden = true));
  settle(form);
}

export function bindQuestions(root) {
  const beginAll = () => [...root.forms].filter(isPutTo).forEach(begin);
  for (const event of ["input", "change"]) {
    root.addEventListener(event, ({ target }) => {
      if (isPutTo(target.form)) settle(target.form);
    });
  }
  root.addEventListener("htmx:load", beginAll);
  window.addEventListener("pageshow", beginAll); // a browser that comes back refills the fields by itself
  beginAll();
}
