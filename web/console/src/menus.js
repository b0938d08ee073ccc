// Menus are <details>: they work without this file, which only closes them when somebody looks elsewhere.

/** On a narrow page the navigation is a row that scrolls: begin where the reader is. */
function showWhereWeAre(root) {
  const nav = root.querySelector(".nav");
  const on = nav?.querySelector("a.on");
  if (on) nav.scrollLeft = on.offsetLeft - (nav.clientWidth - on.offsetWidth) / 2;
}

export function bindMenus(root) {
  showWhereWeAre(root);
  root.addEventListener("click", (event) => {
    const print = event.target.closest?.("[data-print]");
    if (print) window.print();
    const copy = event.target.closest?.("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy);
    root.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  root.addEventListener("focusin", (event) => {
    root.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  root.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-submit]")) event.target.form?.requestSubmit();
  });
}
