import i18next from "i18next";
import { expect, it } from "vitest";
import { en } from "./en.ts";
import { zhCN } from "./zh-cn.ts";

const SOURCES = import.meta.glob<string>(["../**/*.{ts,tsx}", "!../**/*.test.*"], { query: "?raw", import: "default", eager: true });

function usedKeys(): string[] {
  const calls = Object.values(SOURCES).flatMap((source) => [...source.matchAll(/\bt\(([^()]*)/g)]);
  return calls.flatMap(([, inside = ""]) => [...inside.matchAll(/"([a-zA-Z]+\.[a-zA-Z.]+)"/g)].map(([, key = ""]) => key));
}

const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

/** `calls_one` and `calls_other` are one text; Chinese has only the second form. */
const textOf = (key: string) => key.replace(/_(one|other)$/, "");
const textsOf = (texts: object) => [...new Set(Object.keys(texts).map(textOf))].sort();

it("has every text in both languages", () => {
  expect(textsOf(en)).toEqual(textsOf(zhCN));
  expect(Object.entries(en).filter(([, text]) => !text.trim())).toEqual([]);
});

it("names the same values in both languages", () => {
  const differing = Object.keys(zhCN).filter((key) => {
    const name = key as keyof typeof zhCN;
    return holes(zhCN[name]).join() !== holes(en[name]).join();
  });
  expect(differing).toEqual([]);
});

it("has a form for one and a form for many wherever a text changes with a count", async () => {
  const counting = Object.keys(en).filter((key) => key.endsWith("_other"));
  expect(counting.filter((key) => !(key.replace(/_other$/, "_one") in en))).toEqual([]);
  const words = i18next.createInstance();
  await words.init({ keySeparator: false, resources: { "zh-CN": { translation: zhCN }, en: { translation: en } } });
  expect([1, 2].map((count) => words.t("editor.errors", { count, lng: "en" }))).toEqual(["1 error", "2 errors"]);
  expect(words.t("editor.errors", { count: 1, lng: "zh-CN" })).toBe("1 个错误");
});

it("knows every key that the page uses", () => {
  expect(usedKeys().length).toBeGreaterThan(150);
  expect(usedKeys().filter((key) => !textsOf(zhCN).includes(key))).toEqual([]);
});
