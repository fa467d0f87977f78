/** Wires as runs: straight pieces that are level or upright, and what stands between them and the cards. */
import type { Point, Route, Size } from "../shapes.ts";

export type Box = Size & Point;

/** A wire to be drawn. Wires to the same target may share a lane, for there is nothing to take one for the other. */
export interface Ends {
  readonly id: string;
  readonly target: string;
  readonly start: Point;
  readonly end: Point;
}

/** A straight piece; `at` is its x when it is upright, its y when it is level. `from` is less than or equal to `to`. */
export interface Run {
  readonly upright: boolean;
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** Wires to different targets that run side by side are at least so far apart, pixels. */
export const CLEAR = 5;
/** No run comes nearer than this to a card; the pin of an entry stands out of its own by more. */
export const CARD_CLEAR = 1;
/** A wire leaves its exit and comes to its entry straight, at least for so many pixels where there is room. */
export const LEAVE = 8;
export const ENTER = 14;

export function run(a: Point, b: Point): Run {
  return a.x === b.x
    ? { upright: true, at: a.x, from: Math.min(a.y, b.y), to: Math.max(a.y, b.y) }
    : { upright: false, at: a.y, from: Math.min(a.x, b.x), to: Math.max(a.x, b.x) };
}

export function runsOf(route: Route): Run[] {
  return route.slice(1).map((point, i) => run(route[i] ?? point, point));
}

export function hits({ upright, at, from, to }: Run, box: Box, clear = CARD_CLEAR): boolean {
  const [x1, x2] = upright ? [at, at] : [from, to];
  const [y1, y2] = upright ? [from, to] : [at, at];
  return x2 > box.x - clear && x1 < box.x + box.width + clear && y2 > box.y - clear && y1 < box.y + box.height + clear;
}

export function sideBySide(a: Run, b: Run): boolean {
  return a.upright === b.upright && Math.abs(a.at - b.at) < CLEAR && a.from < b.to + CLEAR && b.from < a.to + CLEAR;
}

export function cross(a: Run, b: Run): boolean {
  return a.upright !== b.upright && a.at > b.from && a.at < b.to && b.at > a.from && b.at < a.to;
}

/** The stubs at both ends of a wire, which no other may take. */
export function stubs({ start, end }: Ends): [Run, Run] {
  return [
    { upright: false, at: start.y, from: start.x, to: start.x + LEAVE },
    { upright: false, at: end.y, from: end.x - ENTER, to: end.x },
  ];
}

const near = (a: Point | undefined, b: Point) => a !== undefined && Math.abs(a.x - b.x) < 0.6 && Math.abs(a.y - b.y) < 0.6;

/** Whether the way leads from the wire's exit to its entry. */
export function leads(route: Route, { start, end }: Ends): boolean {
  return near(route[0], start) && near(route.at(-1), end);
}

/** The corners without those that are none. */
export function withoutStraight(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const [a, b] = [kept.at(-2), kept.at(-1)];
    if (b && b.x === point.x && b.y === point.y) continue;
    if (a && b && ((a.x === b.x && b.x === point.x) || (a.y === b.y && b.y === point.y))) kept.pop();
    kept.push(point);
  }
  return kept;
}
