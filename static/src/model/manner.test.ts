import { expect, it } from "vitest";
import { mannerOf, withManner } from "./manner.ts";

it.each([
  [{ text: "您好" }, { voice: null, speed: null }],
  [{ text: "您好", voice: "zm_yunjian", speed: 1.1 }, { voice: "zm_yunjian", speed: 1.1 }],
  [{ text: "您好", voice: 5, speed: "fast" }, { voice: null, speed: null }],
])("%j is spoken as %j", (item, manner) => {
  expect(mannerOf(item)).toEqual(manner);
});

it("leaves out what is not chosen, and keeps the rest", () => {
  const item = { money: "balance", voice: "zm_yunjian", speed: 1.1 };
  expect(withManner(item, { voice: null, speed: null })).toEqual({ money: "balance" });
  expect(withManner({ money: "balance" }, { voice: "zm_yunjian", speed: null })).toEqual({ money: "balance", voice: "zm_yunjian" });
});
