/** The lines that wires may run on: beside the cards, as many as there is room for, and in the middle of narrow gaps. */
import { CARD_CLEAR, type Box } from "./runs.ts";

/** Between two lanes, pixels. */
export const PITCH = 10;
/** How many lines a card has on each side: enough to find a way by. Wires are spread beside these afterwards. */
const LANES = 2;
/** How far from a card its outermost line may be. */
export const REACH = (LANES + 1) * PITCH;
/** Cards that are nearer to each other than this have a line in the middle between them. */
const NARROW = 3 * PITCH;

interface Span {
  readonly from: number;
  readonly to: number;
  readonly near: number;
  readonly far: number;
}

/** Lines across one axis; `from` and `to` are a card's ends there, `near` and `far` its ends across. */
function linesOf(spans: readonly Span[]): Float64Array {
  const lines = new Set<number>();
  const sorted = [...spans].sort((a, b) => a.from - b.from);
  for (const { from, to } of sorted) {
    const [before, after] = [Math.floor((from - PITCH) / PITCH) * PITCH, Math.ceil((to + PITCH) / PITCH) * PITCH];
    for (let n = 0; n < LANES; n++) lines.add(before - n * PITCH).add(after + n * PITCH);
  }
  for (const one of sorted) for (const line of narrowGaps(one, sorted)) lines.add(line);
  return Float64Array.from(lines).sort();
}

function firstFrom(sorted: readonly Span[], from: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.from ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

function* narrowGaps(one: Span, sorted: readonly Span[]): Generator<number> {
  for (let i = firstFrom(sorted, one.to + 2 * CARD_CLEAR); i < sorted.length; i++) {
    const other = sorted[i];
    if (!other || other.from > one.to + NARROW) return;
    if (other.near > one.far + NARROW || one.near > other.far + NARROW) continue;
    yield (one.to + other.from) / 2;
  }
}

export function linesAmong(cards: readonly Box[]): { readonly xs: Float64Array; readonly ys: Float64Array } {
  return {
    xs: linesOf(cards.map(({ x, y, width, height }) => ({ from: x, to: x + width, near: y, far: y + height }))),
    ys: linesOf(cards.map(({ x, y, width, height }) => ({ from: y, to: y + height, near: x, far: x + width }))),
  };
}

/** The number of lines before this place: the index of the first at or after it. */
export function indexAt(lines: Float64Array, at: number): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
