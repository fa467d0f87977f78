/** A way at once: of a few simple ones the one that fewest cards lie on. It knows nothing of other wires. */
import type { Point, Route } from "../shapes.ts";
import { CARD_CLEAR, ENTER, hits, LEAVE, runsOf, withoutStraight, type Box, type Ends } from "./runs.ts";

/** How far beside its ends a way may turn round, pixels. */
const ASIDE = 40;

function onward(start: Point, end: Point): Route[] {
  const upright = (x: number) => withoutStraight([start, { x, y: start.y }, { x, y: end.y }, end]);
  return [(start.x + end.x) / 2, end.x - ENTER, start.x + LEAVE].map((x) => upright(Math.round(x)));
}

function back(start: Point, end: Point): Route[] {
  const [out, into] = [start.x + LEAVE, end.x - ENTER];
  const level = (y: number) => withoutStraight([start, { x: out, y: start.y }, { x: out, y }, { x: into, y }, { x: into, y: end.y }, end]);
  const [top, bottom] = [Math.min(start.y, end.y), Math.max(start.y, end.y)];
  return [(top + bottom) / 2, top - ASIDE, bottom + ASIDE].map((y) => level(Math.round(y)));
}

function under(route: Route, cards: readonly Box[], atMost: number): number {
  const runs = runsOf(route);
  let n = 0;
  for (const card of cards) if (runs.some((run) => hits(run, card, CARD_CLEAR / 2)) && ++n >= atMost) break;
  return n;
}

/** The cards that any of the ways may touch: most of a large flow lie elsewhere. */
function near(ways: readonly Route[], cards: readonly Box[]): Box[] {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of ways.flat()) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const clear = CARD_CLEAR;
  return cards.filter((card) => card.x <= right + clear && card.x + card.width >= left - clear && card.y <= bottom + clear && card.y + card.height >= top - clear);
}

export function sketch({ start, end }: Ends, cards: readonly Box[]): Route {
  const ways = start.x + LEAVE <= end.x - ENTER ? onward(start, end) : back(start, end);
  const close = near(ways, cards);
  let [best, least] = [ways[0] ?? [start, end], Infinity];
  for (const way of ways) {
    const n = under(way, close, least);
    if (n < least) [best, least] = [way, n];
    if (least === 0) break;
  }
  return best;
}
