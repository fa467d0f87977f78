import { expect, it } from "vitest";
import { changedNote, MAX_NOTES, notePlace, noteSize, withNote } from "./notes.ts";

it("adds an empty note under a free id", () => {
  const notes = withNote([{ id: "note", text: "a" }], { x: 10.4, y: 20.6 });
  expect(notes[1]).toEqual({ id: "note_2", text: "", position: { x: 10, y: 21 } });
});

it("adds none to as many as a flow may have", () => {
  const full = Array.from({ length: MAX_NOTES }, (_, i) => ({ id: `n${i}`, text: "" }));
  expect(withNote(full, { x: 0, y: 0 })).toBe(full);
});

it("changes one note and leaves the others as they are", () => {
  const notes = [{ id: "a", text: "a" }, { id: "b", text: "b", size: { width: 100, height: 50 } }];
  const changed = changedNote(notes, "b", { text: "c" });
  expect(changed[0]).toBe(notes[0]);
  expect(changed[1]).toEqual({ id: "b", text: "c", size: { width: 100, height: 50 } });
});

it("has a place and a size for a note without them", () => {
  expect([notePlace({ id: "a", text: "" }), noteSize({ id: "a", text: "" }).width]).toEqual([{ x: 0, y: 0 }, 240]);
});
