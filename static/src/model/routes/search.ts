/**
 * The way of one wire: straight out of its exit to an upright line, along the lines of the grid, and from an upright line
 * straight into its target's entry. What costs: length, bends, crossings, going close by a card, and most of all the lane of
 * a wire to another target. Cards are never crossed.
 */
import type { Grid } from "./grid.ts";
import { Heap } from "./heap.ts";
import type { Lanes } from "./lanes.ts";
import { indexAt } from "./lines.ts";
import type { Point, Route } from "../shapes.ts";
import { ENTER, LEAVE, run, withoutStraight, type Ends, type Run } from "./runs.ts";

const BEND = 30;
const CROSSING = 18;
const NEAR_FACTOR = 3;
/** For lying in another's lane, and for each pixel of it; times the dread of it, which grows from try to try. */
const SHARING = 40;
const SHARING_FACTOR = 0.2;
/** For a bend too close to the exit or the entry. */
const TIGHT = 40;
/** How many upright lines a wire may turn into, seen from its exit and from its entry. */
const TURNS = 40;
/** How much longer than the shortest a way may be, so that it is found sooner. */
const HASTE = 1.3;
/** Ways are looked for so far around both ends first, pixels, then everywhere. */
const AROUND = 300;
/** A wire that finds no way in so many steps has none worth seeing. */
const MAX_STEPS = 30_000;

/** A line that a wire can turn into, and what it costs to come there from the pin. */
type Turns = ReadonlyMap<number, number>;

export interface World {
  readonly grid: Grid;
  readonly lanes: Lanes;
}

export class Search {
  private readonly cost: Float64Array;
  private readonly before: Int32Array;
  private readonly seen: Int32Array;
  private readonly closed: Int32Array;
  private readonly grid: Grid;
  private readonly lanes: Lanes;
  private turn = 0;
  private dread = 1;

  constructor({ grid, lanes }: World) {
    [this.grid, this.lanes] = [grid, lanes];
    const states = 2 * grid.xs.length * grid.ys.length;
    this.cost = new Float64Array(states);
    this.before = new Int32Array(states);
    this.seen = new Int32Array(states);
    this.closed = new Int32Array(states);
  }

  /** The best way, or null when the cards leave none. dread: how bad it is to lie in another's lane, 1 or more. */
  find(ends: Ends, dread: number): Route | null {
    this.dread = dread;
    const { start, end, target } = ends;
    const straight = run(start, end);
    if (start.y === end.y && end.x > start.x && !this.grid.hitsCard(straight) && !this.lanes.clashes(straight, target)) return [start, end];
    const out = this.turnsFrom(start, 1, LEAVE, target);
    const into = this.turnsFrom(end, -1, ENTER, target);
    const simple = this.direct(ends, out, into);
    // Any other way has two bends more at least.
    if (simple && simple.extra <= 2 * BEND) return simple.route;
    return this.around(ends, out, into, AROUND) ?? this.around(ends, out, into, Infinity) ?? simple?.route ?? null;
  }

  private priceOf(piece: Run, owner: string): number {
    const length = piece.to - piece.from;
    const shared = this.lanes.clashes(piece, owner) ? this.dread * (SHARING + SHARING_FACTOR * length) : 0;
    return length + this.lanes.crossings(piece, owner) * CROSSING + shared;
  }

  /** The upright lines that can be reached from the pin, going right (step 1) or left (-1). */
  private turnsFrom(pin: Point, step: 1 | -1, room: number, owner: string): Turns {
    const { xs } = this.grid;
    const turns = new Map<number, number>();
    const first = step > 0 ? indexAt(xs, pin.x + 1) : indexAt(xs, pin.x - 1) - 1;
    for (let i = first; i >= 0 && i < xs.length && turns.size < TURNS; i += step) {
      const x = xs[i] ?? pin.x;
      const way = run(pin, { x, y: pin.y });
      if (this.grid.hitsCard(way)) break;
      turns.set(i, this.priceOf(way, owner) + (way.to - way.from < room ? TIGHT : 0));
    }
    return turns;
  }

  /** The best way with one upright piece, and how much more it costs than its length; null when cards block them all. */
  private direct({ start, end, target }: Ends, out: Turns, into: Turns): { route: Route; extra: number } | null {
    let best: { x: number; cost: number } | null = null;
    for (const [i, cost] of out) {
      const arrival = into.get(i);
      if (arrival === undefined || (best && cost + arrival >= best.cost)) continue;
      const x = this.grid.xs[i] ?? 0;
      const piece = run({ x, y: start.y }, { x, y: end.y });
      if (this.grid.hitsCard(piece)) continue;
      const whole = cost + arrival + this.priceOf(piece, target);
      if (!best || whole < best.cost) best = { x, cost: whole };
    }
    if (!best) return null;
    const length = Math.abs(end.x - start.x) + Math.abs(end.y - start.y);
    return { route: withoutStraight([start, { x: best.x, y: start.y }, { x: best.x, y: end.y }, end]), extra: best.cost - length };
  }

  /**
   * A* over the crossings of lines, each reached along an upright line (states 0 to n) or a level one (n to 2n).
   * far: how far beside the ends, pixels.
   */
  private around({ start, end, target }: Ends, out: Turns, into: Turns, far: number): Route | null {
    const { grid, cost, before, seen, closed } = this;
    const { xs, ys } = grid;
    const [nx, ny] = [xs.length, ys.length];
    const n = nx * ny;
    const arrived = 2 * n;
    const owner = grid.ownerNumber(target);
    const turn = ++this.turn;
    const heap = new Heap();
    const [left, right] = [Math.min(start.x, end.x) - far, Math.max(start.x, end.x) + far];
    const [top, bottom] = [Math.min(start.y, end.y) - far, Math.max(start.y, end.y) + far];
    const belowEnd = indexAt(ys, end.y);
    const atEnd = (j: number) => j === belowEnd || j === belowEnd - 1;
    let best = Infinity;
    let last = -1;

    const reach = (state: number, price: number, from: number) => {
      if (seen[state] === turn && (closed[state] === turn || (cost[state] ?? 0) <= price)) return;
      const crossing = state < n ? state : state - n;
      const x = xs[Math.floor(crossing / ny)] ?? 0;
      const y = ys[crossing % ny] ?? 0;
      seen[state] = turn;
      cost[state] = price;
      before[state] = from;
      // A level piece has to become upright once more before the entry.
      heap.push(price + HASTE * (Math.abs(end.x - x) + Math.abs(end.y - y)) + (state < n ? BEND : 2 * BEND), state);
    };
    /** Go on along a line to the next crossing where something may be done. */
    const go = (upright: boolean, i: number, j: number, by: 1 | -1, price: number, from: number) => {
      const steps = upright ? grid.upright : grid.level;
      const turns = upright ? grid.level.open : grid.upright.open;
      const lines = upright ? ys : xs;
      const count = upright ? ny : nx;
      let at = upright ? j : i;
      let sharing = false;
      for (;;) {
        const next = at + by;
        if (next < 0 || next >= count) return;
        const lower = by > 0 ? at : next;
        const step = upright ? i * ny + lower : lower * ny + j;
        if (steps.blocked[step]) return;
        const length = (lines[lower + 1] ?? 0) - (lines[lower] ?? 0);
        price += length * (steps.near[step] ? NEAR_FACTOR : 1) + (steps.crossed[step] ?? 0) * CROSSING;
        if (steps.takenByAnother(step, owner)) {
          price += this.dread * (SHARING_FACTOR * length + (sharing ? 0 : SHARING));
          sharing = true;
        }
        at = next;
        const place = lines[at] ?? 0;
        if (upright ? place < top || place > bottom : place < left || place > right) return;
        const crossing = upright ? i * ny + at : at * ny + j;
        if (turns[crossing] || (upright && atEnd(at) && into.has(i))) return reach(upright ? crossing : n + crossing, price, from);
      }
    };
    const arrive = (i: number, j: number, price: number, state: number) => {
      const arrival = atEnd(j) ? into.get(i) : undefined;
      if (arrival === undefined) return;
      const piece = run({ x: xs[i] ?? 0, y: ys[j] ?? 0 }, { x: xs[i] ?? 0, y: end.y });
      if (grid.hitsCard(piece)) return;
      const whole = price + BEND + arrival + this.priceOf(piece, target);
      if (whole >= best) return;
      [best, last] = [whole, state];
      heap.push(whole, arrived);
    };

    const below = indexAt(ys, start.y);
    for (const [i, price] of out) {
      for (const j of [below - 1, below]) {
        if (j < 0 || j >= ny) continue;
        const piece = run({ x: xs[i] ?? 0, y: start.y }, { x: xs[i] ?? 0, y: ys[j] ?? 0 });
        if (!grid.hitsCard(piece)) reach(i * ny + j, price + BEND + this.priceOf(piece, target), -1);
      }
    }
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const state = heap.pop();
      if (state === undefined || state === arrived) break;
      if (closed[state] === turn) continue;
      closed[state] = turn;
      const price = cost[state] ?? 0;
      const upright = state < n;
      const crossing = upright ? state : state - n;
      const [i, j] = [Math.floor(crossing / ny), crossing % ny];
      if (upright) arrive(i, j, price, state);
      for (const by of [1, -1] as const) {
        go(upright, i, j, by, price, state);
        const turns = upright ? grid.level.open : grid.upright.open;
        if (turns[crossing]) go(!upright, i, j, by, price + BEND, state);
      }
    }
    return last < 0 ? null : this.trace(last, start, end);
  }

  private trace(last: number, start: Point, end: Point): Route {
    const { xs, ys } = this.grid;
    const n = xs.length * ys.length;
    const points: Point[] = [];
    for (let state = last; state >= 0; state = this.before[state] ?? -1) {
      const crossing = state % n;
      points.push({ x: xs[Math.floor(crossing / ys.length)] ?? 0, y: ys[crossing % ys.length] ?? 0 });
    }
    points.reverse();
    const [first, final] = [points[0] ?? start, points.at(-1) ?? end];
    return withoutStraight([start, { x: first.x, y: start.y }, ...points, { x: final.x, y: end.y }, end]);
  }
}
