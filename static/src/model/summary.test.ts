import { expect, it } from "vitest";
import type { Json } from "./document.ts";
import { promptText, summaryOf, valueText } from "./summary.ts";
import { hint, menuSchema, switchSchema } from "./testing.ts";

it("fills the template with settings and defaults", () => {
  const config = { prompt: ["main.wav", { text: "您好" }], attempts: 2 };
  expect(summaryOf(menuSchema, config, "zh-CN")).toBe("main + “您好” · 5 秒 · 2 次");
  expect(summaryOf(menuSchema, config, "en")).toBe("main + “您好” · 5 s · 2×");
});

it("leaves out what is not set", () => {
  expect(summaryOf(menuSchema, {}, "zh-CN")).toBe("5 秒 · 3 次");
});

it("names the rows of a list", () => {
  const cases: Json[] = [{ exit: "a", label: "贵宾", when: "vip" }, { exit: "b", when: "x > 1" }];
  expect(summaryOf(switchSchema, { cases }, "zh-CN")).toBe("贵宾、x > 1");
});

it("writes numbers that are rung as every number", () => {
  const targets = { type: "array", items: { required: ["kind", "value"] }, "x-ui": hint("targets") };
  const rows: Json = [{ kind: "number", value: "+86 13800138000" }, { kind: "extension", value: "801" }, { kind: "trunk", value: "4001234567" }];
  expect(valueText(rows, targets, "en")).toBe("138 0013 8000, 801, 4001234567");
});

it.each<[Json, string]>([
  ["pv_welcome.wav", "pv_welcome"],
  [{ money: "bill" }, "{bill}"],
  [{ digits: "call.caller" }, "{call.caller}"],
  [{ unknown: 1 }, ""],
])("says what a prompt item plays (%#)", (item, expected) => {
  expect(promptText(item)).toBe(expected);
});
