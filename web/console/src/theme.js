// Sets light or dark before the page is painted: the person's choice, else what the machine says.
const root = document.documentElement;
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function apply() {
  const choice = root.dataset.themeChoice;
  const shown = choice === "dark" || (choice === "system" && dark.matches) ? "dark" : "light";
  root.setAttribute("data-bs-theme", shown);
}

apply();
dark.addEventListener("change", apply);
