import { expect, it } from "vitest";
import { emptyHistory, MAX_STEPS, record, redo, travel, undo, type History } from "./history.ts";

const deed = { key: "set" };

function typed(...states: string[]): History<string> {
  return states.reduce((history, state, i) => record(history, state, deed, i * 10_000), emptyHistory<string>());
}

it("goes back and forth", () => {
  const back = undo(typed("", "a"), "ab");
  expect(back?.state).toBe("a");
  expect(redo(back?.history ?? emptyHistory(), "a")?.state).toBe("ab");
});

it("has nothing to undo or redo at its ends", () => {
  expect(undo(emptyHistory<string>(), "x")).toBeNull();
  expect(redo(typed("a"), "x")).toBeNull();
});

it("forgets what was undone once something new is done", () => {
  const back = undo(typed("", "a"), "ab");
  expect(record(back?.history ?? emptyHistory(), "a", deed, 99_000).future).toEqual([]);
});

it("takes quick typing in one field as one step", () => {
  let history = record(emptyHistory<string>(), "", deed, 0, "label:a");
  history = record(history, "x", deed, 300, "label:a");
  history = record(history, "xy", deed, 600, "label:a");
  expect(history.past.map((step) => step.state)).toEqual([""]);
  expect(record(history, "xyz", deed, 700, "label:b").past).toHaveLength(2);
  expect(record(history, "xyz", deed, 9000, "label:a").past).toHaveLength(2);
});

it("travels as far as there is history", () => {
  const history = typed("0", "1", "2");
  expect(travel(history, "3", -2).state).toBe("1");
  const start = travel(history, "3", -9);
  expect(start.state).toBe("0");
  expect(travel(start.history, start.state, 3).state).toBe("3");
});

it("keeps a bounded number of steps", () => {
  const many = Array.from({ length: MAX_STEPS + 20 }, (_, i) => String(i));
  expect(typed(...many).past).toHaveLength(MAX_STEPS);
});
