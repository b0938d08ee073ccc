// Builds the console's assets into the Django app, under fixed names: whitenoise adds the hashes.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const built = resolve(here, "../../src/fangxian/interfaces/console/static/console/built");
const outline = resolve(here, "../node_modules/@tabler/icons/icons/outline");

/** One symbol of the sprite: the paths of a Tabler icon, without its size and colour. */
function symbol(name) {
  const svg = readFileSync(join(outline, `${name}.svg`), "utf8");
  const paths = svg
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replace(/\s+/g, " ")
    .trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${paths}</symbol>`;
}

/** The icons that icons.txt names, as one SVG sprite. A missing name fails the build. */
function sprite() {
  return {
    name: "sprite",
    generateBundle() {
      const list = readFileSync(join(here, "icons.txt"), "utf8");
      const names = list.split("\n").filter((line) => line && !line.startsWith("#"));
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join("")}</svg>\n`;
      this.emitFile({ type: "asset", fileName: "icons.svg", source });
    },
  };
}

export default defineConfig({
  plugins: [sprite()],
  base: "./",
  build: {
    outDir: built,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        console: join(here, "src/console.js"),
        theme: join(here, "src/theme.js"),
        tabler: join(here, "src/tabler.css"),
        look: join(here, "src/console.css"),
      },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
});
