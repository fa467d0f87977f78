import { expect, it } from "vitest";
import { en } from "./en.ts";
import { zhCN } from "./zh-cn.ts";

const SOURCES = import.meta.glob<string>(["../**/*.{ts,tsx}", "!../**/*.test.*"], { query: "?raw", import: "default", eager: true });

function usedKeys(): string[] {
  const calls = Object.values(SOURCES).flatMap((source) => [...source.matchAll(/\bt\(([^()]*)/g)]);
  return calls.flatMap(([, inside = ""]) => [...inside.matchAll(/"([a-zA-Z]+\.[a-zA-Z.]+)"/g)].map(([, key = ""]) => key));
}

const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

it("has every text in both languages", () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(zhCN).sort());
  expect(Object.entries(en).filter(([, text]) => !text.trim())).toEqual([]);
});

it("names the same values in both languages", () => {
  const differing = Object.keys(zhCN).filter((key) => {
    const name = key as keyof typeof zhCN;
    return holes(zhCN[name]).join() !== holes(en[name]).join();
  });
  expect(differing).toEqual([]);
});

it("knows every key that the page uses", () => {
  expect(usedKeys().length).toBeGreaterThan(150);
  expect(usedKeys().filter((key) => !(key in zhCN))).toEqual([]);
});
