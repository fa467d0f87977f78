/** Beside each other instead of on one line: a wire's pieces moved sideways until it has a lane of its own, with few crossings. */
import type { Point, Route } from "../shapes.ts";
import { ENTER, LEAVE, run, withoutStraight } from "./runs.ts";
import type { World } from "./search.ts";

const CROSSING = 18;
const CLASH = 600;
const CLASH_FACTOR = 5;
/** A lane looks best with so much room to the next card, pixels. */
const ROOM = 7;
const TOO_NEAR = 25;
const STEP = 5;
const STEPS = 20;
const PASSES = 2;

/** What the piece `k` costs, and the two at its ends, which move with it. */
function priceAround(points: readonly Point[], k: number, { grid, lanes }: World, owner: string): number {
  let price = 0;
  for (let i = k - 1; i <= k + 1; i++) {
    const [a, b] = [points[i], points[i + 1]];
    if (!a || !b) continue;
    const piece = run(a, b);
    const length = piece.to - piece.from;
    price += length + lanes.crossings(piece, owner) * CROSSING;
    if (lanes.clashes(piece, owner)) price += CLASH + CLASH_FACTOR * length;
    if (i === k && grid.hitsCard(piece, ROOM)) price += TOO_NEAR;
    if (i === 0 && length < LEAVE) price += TOO_NEAR;
    if (i === points.length - 2 && length < ENTER) price += TOO_NEAR;
  }
  return price;
}

/** The way with the piece between the corners `k` and `k + 1` moved sideways; null where that meets a card or turns an end round. */
function moved(points: readonly Point[], k: number, by: number, { grid }: World): Point[] | null {
  const upright = points[k]?.x === points[k + 1]?.x;
  const next = points.map((point, i) => (i !== k && i !== k + 1 ? point : upright ? { x: point.x + by, y: point.y } : { x: point.x, y: point.y + by }));
  const [start, out, into, end] = [next[0], next[1], next.at(-2), next.at(-1)];
  if (!start || !out || !into || !end || out.x < start.x + 2 || into.x > end.x - 2) return null;
  for (let i = k - 1; i <= k + 1; i++) {
    const [a, b] = [next[i], next[i + 1]];
    if (a && b && grid.hitsCard(run(a, b))) return null;
  }
  return next;
}

/** The way with this piece where it costs least. */
function settled(points: readonly Point[], k: number, world: World, owner: string): readonly Point[] {
  let best = points;
  let least = priceAround(points, k, world, owner);
  const length = (way: readonly Point[]) => [k - 1, k, k + 1].reduce((sum, i) => sum + Math.abs((way[i]?.x ?? 0) - (way[i + 1]?.x ?? 0)) + Math.abs((way[i]?.y ?? 0) - (way[i + 1]?.y ?? 0)), 0);
  if (least <= length(points)) return points; // Nothing but its length.
  for (const side of [STEP, -STEP]) {
    for (let n = 1; n <= STEPS; n++) {
      const candidate = moved(points, k, side * n, world);
      if (!candidate || length(candidate) >= least) break;
      const price = priceAround(candidate, k, world, owner);
      if (price < least) [best, least] = [candidate, price];
    }
  }
  return best === points ? points : withoutStraight(best);
}

export function spread(route: Route, world: World, owner: string): Route {
  let way: readonly Point[] = route;
  for (let pass = 0; pass < PASSES; pass++) {
    const before = way;
    for (let k = 1; k < way.length - 2; k++) way = settled(way, k, world, owner);
    if (way === before) break;
  }
  return way;
}
