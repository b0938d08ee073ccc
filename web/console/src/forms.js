// Forms: one submit at a time, and what was typed before a session ended comes back.

/** A second press of a button that is already under way does nothing. */
export function bindSubmits(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "1";
    form.setAttribute("aria-busy", "true");
  });
  // A page that comes back from the history may send again.
  window.addEventListener("pageshow", () => {
    root.querySelectorAll("form[data-sending]").forEach((form) => {
      delete form.dataset.sending;
      form.removeAttribute("aria-busy");
    });
  });
}

/** A browser says what a field lacks in its own language; say it in the page's. */
export function bindNeeds(root) {
  const needed = root.querySelector("meta[name=needed]")?.content ?? "";
  const own = ({ validity, title }) => (validity.valueMissing && needed) || (validity.patternMismatch && title) || "";
  root.addEventListener("invalid", ({ target }) => target.setCustomValidity(own(target)), true);
  for (const event of ["input", "change"]) {
    root.addEventListener(event, ({ target }) => target.setCustomValidity?.(""), true);
  }
}

/** A browser asks for files in its own language: show the page's words over its field, and what was chosen. */
export function bindFiles(root) {
  const tell = (files) => {
    const [input, own] = files.children;
    const said = own.querySelector("[data-none]");
    said.textContent = [...input.files].map((file) => file.name).join(" · ") || said.dataset.none;
  };
  const show = () =>
    root.querySelectorAll(".files").forEach((files) => {
      files.classList.add("worded");
      files.querySelector(".own").hidden = false;
      tell(files);
    });
  root.addEventListener("change", ({ target }) => {
    const files = target.closest?.(".files");
    if (files) tell(files);
  });
  root.addEventListener("htmx:load", show);
  window.addEventListener("pageshow", show);
  show();
}

function fill(field, values) {
  if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
  else if (field.type === "file") return;
  else if (field.multiple) [...field.options].forEach((option) => (option.selected = values.includes(option.value)));
  else field.value = values.shift() ?? field.value;
}

/** Put back the fields of the form that a log-in had interrupted; the server kept them. */
export function restoreTyped(root) {
  const kept = root.getElementById("typed-before");
  if (!kept) return;
  const { action, fields } = JSON.parse(kept.textContent);
  const forms = [...root.forms].filter((form) => new URL(form.action, location.href).pathname === action);
  const form = forms.find((one) => Object.keys(fields).every((name) => one.elements[name])) ?? forms[0];
  if (!form) return;
  for (const field of form.elements) {
    if (field.name && field.name in fields && field.type !== "hidden") fill(field, fields[field.name]);
  }
  form.scrollIntoView({ block: "nearest" });
}
