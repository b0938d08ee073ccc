// Days and minutes are text, written one way whatever the browser's language; its own picker only fills them in.
// The server reads what is typed (interfaces/console/days.py). Here it is only written as all others are.

const DAY = String.raw`(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d\d)(\d\d))`;
const TIME = String.raw`(\d{1,2})[:时](\d{1,2})分?`;
const two = (number) => number.padStart(2, "0");
const day = ([year, month, date, packedMonth, packedDate]) =>
  `${year}-${two(month ?? packedMonth)}-${two(date ?? packedDate)}`;
const time = ([hour, minute]) => `${two(hour)}:${two(minute)}`;
const WRITTEN = {
  date: [new RegExp(`^${DAY}$`), (found) => day(found)],
  "datetime-local": [new RegExp(`^${DAY}T?${TIME}$`), (found) => `${day(found)} ${time(found.slice(5))}`],
  time: [new RegExp(`^${TIME}$`), (found) => time(found)],
};

/** Write what was typed as all others are written; what is not understood stays as it is. */
function tidied(typed, picks) {
  const [shape, written] = WRITTEN[picks];
  const found = shape.exec(typed.normalize("NFKC").replace(/\s/g, ""));
  return found ? written(found.slice(1)) : typed;
}

const fieldOf = (inside) => inside.closest(".dated");
const textOf = (dated) => dated.querySelector("input");
const buttonOf = (dated) => dated.querySelector(".pick");

/** The browser's own field, never seen and never sent: it lends its calendar. */
function nativeOf(dated) {
  const known = dated.querySelector(".native");
  if (known) return known;
  const native = document.createElement("input");
  native.type = buttonOf(dated).dataset.picks;
  native.className = "native";
  native.tabIndex = -1;
  native.setAttribute("aria-hidden", "true");
  native.addEventListener("input", (event) => {
    event.stopPropagation();
    const text = textOf(dated);
    text.value = native.value.replace("T", " ");
    for (const kind of ["input", "change"]) text.dispatchEvent(new Event(kind, { bubbles: true }));
  });
  dated.append(native);
  return native;
}

function open(dated) {
  const native = nativeOf(dated);
  native.value = tidied(textOf(dated).value, native.type).replace(" ", "T");
  native.showPicker();
}

export function bindDays(root) {
  const canShow = "showPicker" in HTMLInputElement.prototype;
  const show = () => canShow && root.querySelectorAll(".dated .pick").forEach((button) => (button.hidden = false));
  root.addEventListener("click", ({ target }) => {
    const button = target.closest?.(".pick");
    if (button) open(fieldOf(button));
  });
  root.addEventListener("keydown", (event) => {
    const dated = canShow && event.altKey && event.key === "ArrowDown" && fieldOf(event.target);
    if (!dated) return;
    event.preventDefault();
    open(dated);
  });
  root.addEventListener("change", ({ target }) => {
    const dated = target.closest?.(".dated");
    if (dated && target === textOf(dated)) target.value = tidied(target.value, buttonOf(dated).dataset.picks);
  });
  root.addEventListener("htmx:load", show);
  show();
}
