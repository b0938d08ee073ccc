// Tests run in Node with its own WebCrypto; IndexedDB is held in memory.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { setupFiles: ["fake-indexeddb/auto"] },
});
