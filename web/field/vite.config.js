// Builds the field app into the Django app: one page, one script, and a service worker that knows what was built.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import vue from "@vitejs/plugin-vue";
import { transformWithOxc } from "vite";
import { defineConfig } from "vitest/config";

const here = dirname(fileURLToPath(import.meta.url));
const built = resolve(here, "../../src/fangxian/interfaces/field/static/field");
const PAGE = "index.html";

/** The service worker: its own source with the list of what to keep, and a name that changes when anything does. */
function worker() {
  const source = join(here, "src/shell/worker.ts");
  return {
    name: "worker",
    apply: "build",
    enforce: "post",
    async generateBundle(_options, bundle) {
      const hash = createHash("sha256");
      const kept = readdirSync(join(here, "public"));
      for (const name of kept) hash.update(readFileSync(join(here, "public", name)));
      for (const name of Object.keys(bundle).sort()) hash.update(name).update(bundle[name].code ?? bundle[name].source);
      const files = ["./", ...kept, ...Object.keys(bundle).filter((name) => name !== PAGE)];
      const { code } = await transformWithOxc(readFileSync(source, "utf8"), source, { target: "chrome90" });
      const version = hash.digest("hex").slice(0, 16);
      const told = code.replace("__FILES__", JSON.stringify(files)).replace("__VERSION__", JSON.stringify(version));
      this.emitFile({ type: "asset", fileName: "sw.js", source: told });
    },
  };
}

export default defineConfig({
  plugins: [vue(), worker()],
  base: "./",
  define: {
    __VUE_OPTIONS_API__: "true",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_I18N_FULL_INSTALL__: "false",
    __VUE_I18N_LEGACY_API__: "false",
    __INTLIFY_PROD_DEVTOOLS__: "false",
  },
  build: { outDir: built, emptyOutDir: true, target: "chrome90", assetsInlineLimit: 0, modulePreload: false },
  test: { setupFiles: ["fake-indexeddb/auto"], testTimeout: 120_000 },
});
