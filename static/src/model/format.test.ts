import { expect, it } from "vitest";
import { clock, dayOf, duration, instant, moment, shortened } from "./format.ts";

it.each([
  [0, "0:00"],
  [59.6, "1:00"],
  [3725, "1:02:05"],
  [null, "–"],
  [Number.NaN, "–"],
])("writes %s seconds as %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

it("shows moments in the tenant's time zone, whether or not the zone is written", () => {
  for (const iso of ["2026-11-20T10:00:00Z", "2026-11-20T10:00:00", "2026-11-20T18:00:00+08:00"]) {
    expect(moment(iso, "zh-CN", "Asia/Shanghai")).toContain("18:00:00");
    expect(instant(iso)).toBe(Date.UTC(2026, 10, 20, 10));
  }
});

it("says so when there is no moment", () => {
  expect(moment(null, "en", "Asia/Shanghai")).toBe("–");
  expect(moment("soon", "en", "Asia/Shanghai")).toBe("soon");
});

it("knows which day it is where the tenant is", () => {
  expect(dayOf(new Date("2026-11-20T17:30:00Z"), "Asia/Shanghai")).toBe("2026-11-21");
});

it.each(["zh-CN", "en"])("writes the hour after midnight as 00, not 24, in %s", (language) => {
  expect(moment("2026-11-20T16:05:00Z", language, "Asia/Shanghai")).toContain("00:05:00");
  expect(clock("2026-11-20T16:05:00Z", language, "Asia/Shanghai")).toBe("00:05");
});

it.each([
  ["欢迎词", 2, "欢迎"],
  ["a👨‍👩‍👧b", 8, "a"],
  ["a👨‍👩‍👧b", 9, "a👨‍👩‍👧"],
  ["e\u0301e", 1, ""],
  ["𠮷野家", 3, "𠮷野"],
])("shortens %s to at most %i units between what people see as characters", (text, most, kept) => {
  expect(shortened(text, most)).toBe(kept);
});
