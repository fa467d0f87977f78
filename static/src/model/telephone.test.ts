import { expect, it } from "vitest";
import { digitsOf, rewritten, written } from "./telephone.ts";

const CASES = import.meta.glob<[string, string][]>("../../../tests/numbering/written.json", { import: "default", eager: true });
const WRITTEN = Object.values(CASES)[0] ?? [];

it("has the cases of the other end", () => expect(WRITTEN.length).toBeGreaterThan(30));

it.each(WRITTEN)("writes %j as %j", (number, shown) => expect(written(number)).toBe(shown));

it.each([
  ["+86 138-0013 8000", "138 0013 8000"],
  ["１３８００１３８０００", "138 0013 8000"],
  ["\u202d4001234567\u202c", "400-123-4567"],
  ["010–6552 9988", "010-6552 9988"],
  ["+861065529988", "010-6552 9988"],
  ["0086 0755 8888 9999", "0755-8888 9999"],
  ["+8695588", "95588"],
  ["0016502530000", "+1 650 253 0000"],
  ["801", "801"],
  ["*72 801", "*72 801"],
  ["sales-2", "sales-2"],
  ["", ""],
])("writes %j, as somebody typed it, as %j", (typed, shown) => expect(rewritten(typed)).toBe(shown));

it.each([
  ["138 0013-8000", "13800138000"],
  ["＋８６ 400", "+86400"],
  ["v3", null],
  ["1, 2", null],
  ["-", null],
  ["", null],
])("finds the digits of %j", (typed, digits) => expect(digitsOf(typed)).toBe(digits));
