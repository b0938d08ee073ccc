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
