/** Notes that lie on the canvas: for colleagues, callers never hear them. */
import { freshId, type NoteDocument } from "./document.ts";
import type { Size } from "./shapes.ts";

export const MAX_NOTES = 500;
export const MAX_NOTE_TEXT = 4000;
const SIZE: Size = { width: 240, height: 140 };

export function noteSize(note: NoteDocument): Size {
  return note.size ?? SIZE;
}

export function notePlace(note: NoteDocument): { readonly x: number; readonly y: number } {
  return note.position ?? { x: 0, y: 0 };
}

/** The notes with an empty one more; the same notes when there are as many as a flow may have. */
export function withNote(notes: readonly NoteDocument[], position: { x: number; y: number }): readonly NoteDocument[] {
  if (notes.length >= MAX_NOTES) return notes;
  const id = freshId("note", new Set(notes.map((note) => note.id)));
  return [...notes, { id, text: "", position: { x: Math.round(position.x), y: Math.round(position.y) } }];
}

export function changedNote(notes: readonly NoteDocument[], id: string, part: Partial<NoteDocument>): readonly NoteDocument[] {
  return notes.map((note) => (note.id === id ? { ...note, ...part, id } : note));
}
