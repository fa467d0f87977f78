import { expect, it } from "vitest";
import { isWeekend, monthName, weekDay, weeksOf } from "./year.ts";

it.each([
  [2027, 5, 6, "2027-05-01", 5],
  [2027, 2, 4, "2027-02-01", 0],
  [2028, 2, 5, "2028-02-01", 1],
])("lays %i-%i out in %i weeks", (year, month, weeks, first, place) => {
  const found = weeksOf(year, month);
  expect(found).toHaveLength(weeks);
  expect(found.every((week) => week.length === 7)).toBe(true);
  expect(found[0]?.indexOf(first)).toBe(place);
  const days = found.flat().filter((day) => day !== null);
  expect(new Set(days).size).toBe(new Date(Date.UTC(year, month, 0)).getUTCDate());
});

it("knows weekends and says days in words", () => {
  expect(["2027-05-01", "2027-05-02", "2027-05-03"].map(isWeekend)).toEqual([true, true, false]);
  expect([weekDay("2027-05-01", "zh-CN"), weekDay("2027-05-01", "en")]).toEqual(["周六", "Sat"]);
  expect([monthName(5, "zh-CN"), monthName(5, "en")]).toEqual(["五月", "May"]);
});
