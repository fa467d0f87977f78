/** A way as an SVG path, its corners rounded. */
import type { Point, Route } from "../shapes.ts";

const RADIUS = 8;

const paths = new WeakMap<Route, string>();

function between(a: Point, b: Point): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

/** So far from the corner towards the other point. */
function towards(corner: Point, other: Point, by: number): string {
  return `${corner.x + Math.sign(other.x - corner.x) * by} ${corner.y + Math.sign(other.y - corner.y) * by}`;
}

function rounded(route: Route): string {
  return route
    .map((corner, i) => {
      const [before, after] = [route[i - 1], route[i + 1]];
      if (!before) return `M${corner.x} ${corner.y}`;
      if (!after) return `L${corner.x} ${corner.y}`;
      const radius = Math.min(RADIUS, between(before, corner) / 2, between(corner, after) / 2);
      return `L${towards(corner, before, radius)}Q${corner.x} ${corner.y} ${towards(corner, after, radius)}`;
    })
    .join("");
}

/** Reckoned once for each way. */
export function pathOf(route: Route): string {
  const known = paths.get(route);
  if (known !== undefined) return known;
  const path = rounded(route);
  paths.set(route, path);
  return path;
}
