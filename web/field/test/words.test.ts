// The app's words: as complete in English as in Chinese, none missing, none left over.
import { describe, expect, it } from "vitest";

import en from "../src/shell/locale/en.json";
import zh from "../src/shell/locale/zh.json";

const SOURCES = import.meta.glob<string>("../src/**/*.{ts,vue}", { query: "?raw", import: "default", eager: true });
const TEXT = Object.values(SOURCES).join("\n");
const MADE = [/^problem\./, /^sent\.(waiting|received|quarantined)$/, /^tasks\.(kept|held|asked|tried)$/, /^sweep\.is-/, /^limit\./]; // keys that the code puts together

type Tree = { [name: string]: string | Tree };
const flat = (tree: Tree, at = ""): [string, string][] =>
  Object.entries(tree).flatMap(([name, one]) => (typeof one === "string" ? [[at + name, one]] : flat(one, `${at}${name}.`)));

const [chinese, english] = [new Map(flat(zh)), new Map(flat(en))];
const named = (text: string | undefined) => [...(text ?? "").matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
const asked = new Set([...TEXT.matchAll(/["'`]([a-z]+\.[a-z-]+)["'`]/g)].map(([, key]) => key!).filter((key) => chinese.has(key.split(".")[0]!) || key.split(".")[0]! in zh));

describe("the words", () => {
  it("are the same keys in both languages, with the same gaps to fill", () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
    for (const [key, text] of chinese) expect([key, named(english.get(key))]).toEqual([key, named(text)]);
  });

  it("have a text for every key that the code asks for", () => {
    expect([...asked].filter((key) => !chinese.has(key))).toEqual([]);
  });

  it("are all asked for", () => {
    expect([...chinese.keys()].filter((key) => !asked.has(key) && !MADE.some((made) => made.test(key)))).toEqual([]);
  });

  it("are Chinese in the one and not in the other", () => {
    const han = /[\u3400-\u9fff]/;
    expect([...chinese].filter(([key, text]) => !han.test(text) && !["app.language", "visit.section"].includes(key))).toEqual([]);
    expect([...english].filter(([key, text]) => han.test(text) && key !== "app.language")).toEqual([]);
  });

  it("stand in no source file but comments", () => {
    const code = Object.entries(SOURCES).map(([path, text]) => [path, text.replace(/\/\/.*$|\/\*[\s\S]*?\*\//gm, "")] as const);
    expect(code.filter(([, text]) => /[\u3400-\u9fff]/.test(text)).map(([path]) => path)).toEqual([]);
  });
});
