// Keys: "/" goes to the search box, j and k walk the rows, Enter opens one, Escape closes what floats.

const TYPING = "input, textarea, select, [contenteditable]";

/** The rows that j and k walk: every table row or list item that holds a link. */
function rows(root) {
  return [...root.querySelectorAll("main [data-rows] a[data-row], main table.rows tbody tr a:first-of-type")].filter(
    (link, place, all) => all.findIndex((other) => other.closest("tr, li") === link.closest("tr, li")) === place,
  );
}

function step(root, by) {
  const links = rows(root);
  if (!links.length) return;
  const now = links.findIndex((link) => link.closest("tr, li")?.contains(root.activeElement));
  const next = now < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(now + by, 0), links.length - 1);
  links[next].focus();
}

export function bindKeys(root) {
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      root.querySelectorAll("details.menu[open]").forEach((menu) => {
        menu.open = false;
        menu.querySelector("summary")?.focus();
      });
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPING)) return;
    if (event.key === "/") {
      event.preventDefault();
      root.querySelector("#search-box")?.focus();
    } else if (event.key === "j") step(root, 1);
    else if (event.key === "k") step(root, -1);
  });
}
