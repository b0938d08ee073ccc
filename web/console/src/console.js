// The console's behaviour: partial pages by htmx, keys, the theme, and what was typed before a session ended.
import htmx from "htmx.org";

import { bindDays } from "./days.js";
import { bindKeys } from "./keys.js";
import { bindMenus } from "./menus.js";
import { bindFiles, bindNeeds, bindSubmits, restoreTyped } from "./forms.js";
import { bindQuestions } from "./questions.js";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;

function token() {
  return document.querySelector("meta[name=csrf]")?.content ?? "";
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = token();
});
// An answer that says no is still an answer: show the refusal in its place.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([403, 404, 409, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

bindKeys(document);
bindMenus(document);
bindSubmits(document);
bindNeeds(document);
bindFiles(document);
restoreTyped(document);
bindDays(document);
bindQuestions(document);
