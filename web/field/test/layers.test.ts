// Folders are floors: a file imports from its own folder and from those below it.
import { expect, it } from "vitest";

const FLOORS = ["kernel", "store", "acts", "sync", "features", "shell"];
const SOURCES = import.meta.glob<string>("../src/**/*.{ts,vue}", { query: "?raw", import: "default", eager: true });

const floorOf = (path: string) => path.split("/")[2]!;

/** The floors that a file imports from, by relative paths and by what Vite would resolve. */
function importsOf(path: string, source: string): string[] {
  const here = path.split("/").slice(2, -1);
  return [...source.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, to]) => {
    const parts = [...here];
    for (const step of to!.split("/")) {
      if (step === "..") parts.pop();
      else if (step !== ".") parts.push(step);
    }
    return parts[0]!;
  });
}

it("knows every folder", () => {
  expect(Object.keys(SOURCES).map(floorOf).filter((floor) => !FLOORS.includes(floor))).toEqual([]);
});

it.each(Object.keys(SOURCES))("%s looks down only", (path) => {
  const floor = FLOORS.indexOf(floorOf(path));
  const above = importsOf(path, SOURCES[path]!).filter((to) => FLOORS.indexOf(to) > floor || !FLOORS.includes(to));

  expect(above).toEqual([]);
});

it("would see an arrow that goes up", () => {
  expect(importsOf("../src/store/x.ts", 'import { a } from "../sync/b";\nawait import("../kernel/c");')).toEqual([
    "sync",
    "kernel",
  ]);
});
