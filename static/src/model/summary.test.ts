import { expect, it } from "vitest";
import type { Json } from "./document.ts";
import { promptText, summaryOf } from "./summary.ts";
import { menuSchema, switchSchema } from "./testing.ts";

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

it.each<[Json, string]>([
  ["pv_welcome.wav", "pv_welcome"],
  [{ money: "bill" }, "{bill}"],
  [{ digits: "call.caller" }, "{call.caller}"],
  [{ unknown: 1 }, ""],
])("says what a prompt item plays (%#)", (item, expected) => {
  expect(promptText(item)).toBe(expected);
});
