/** Free room on the canvas. */
import type { Size } from "./shapes.ts";

export interface Place {
  readonly x: number;
  readonly y: number;
}

export type Box = Size & Place;

const GAP = 30;
const STEP = 20;
/** How far to look around before going below everything, pixels; so many boxes go there at once. */
const FAR = 1600;
const MANY = 40;

export function around(boxes: readonly Box[]): Box {
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const [right, bottom] = [Math.max(...boxes.map((box) => box.x + box.width)), Math.max(...boxes.map((box) => box.y + box.height))];
  return { x, y, width: right - x, height: bottom - y };
}

export function overlap(a: Box, b: Box, gap = GAP): boolean {
  return a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap;
}

/** Shifts by their length, to the right and below first. */
function* outward(): Generator<Place> {
  yield { x: 0, y: 0 };
  for (let far = STEP; far <= FAR; far += STEP) {
    for (let along = 0; along <= far; along += STEP) {
      yield* [{ x: far, y: along }, { x: along, y: far }, { x: far, y: -along }, { x: -along, y: far }, { x: -far, y: along }, { x: along, y: -far }, { x: -far, y: -along }, { x: -along, y: -far }];
    }
  }
}

/**
 * The shift that brings all these boxes, arranged as they are, to where they lie on none of the others. near: where their
 * middle should come; null: as near as can be to where they are. Whole tens, if the boxes are on such.
 */
export function freeShift(boxes: readonly Box[], others: readonly Box[], near: Place | null): Place {
  if (boxes.length === 0) return { x: 0, y: 0 };
  const frame = around(boxes);
  const tens = (value: number) => Math.round(value / 10) * 10;
  const base = near ? { x: tens(near.x - frame.x - frame.width / 2), y: tens(near.y - frame.y - frame.height / 2) } : { x: 0, y: 0 };
  const at = (box: Box, by: Place): Box => ({ ...box, x: box.x + base.x + by.x, y: box.y + base.y + by.y });
  for (const by of boxes.length > MANY && others.length > 0 ? [] : outward()) {
    const close = others.filter((other) => overlap(at(frame, by), other));
    if (close.length === 0 || !boxes.some((box) => close.some((other) => overlap(at(box, by), other)))) return { x: base.x + by.x, y: base.y + by.y };
  }
  const all = around(others);
  return { x: base.x, y: tens(all.y + all.height + 2 * GAP - frame.y) };
}
