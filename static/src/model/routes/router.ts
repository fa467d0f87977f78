/**
 * Where all wires of a flow run: none under a card, none along another to another target, as short and with as few bends and
 * crossings as can be. A wire keeps its way while both its ends stay and nothing comes in between, so that a change in
 * one place moves no wire in another.
 */
import { Grid } from "./grid.ts";
import { Lanes } from "./lanes.ts";
import type { Point, Route } from "../shapes.ts";
import { CARD_CLEAR, hits, leads, runsOf, sideBySide, stubs, type Box, type Ends, type Run } from "./runs.ts";
import { Search, type World } from "./search.ts";
import { sketch } from "./sketch.ts";
import { spread } from "./spread.ts";

export type Routes = ReadonlyMap<string, Route>;

function distance({ start, end }: Ends): number {
  return Math.abs(end.x - start.x) + Math.abs(end.y - start.y);
}

function covered(point: Point, cards: readonly Box[]): boolean {
  const pin: Run = { upright: false, at: point.y, from: point.x, to: point.x };
  return cards.some((card) => hits(pin, card, CARD_CLEAR / 2));
}

/** Whether the way still leads from its exit to its entry and meets none of these cards. */
function holds(route: Route, ends: Ends, cards: readonly Box[]): boolean {
  return leads(route, ends) && !runsOf(route).some((run) => cards.some((card) => hits(run, card, CARD_CLEAR / 2)));
}

/** The ways that can stay: those that hold and run along no other that stays. */
function keep(wires: readonly Ends[], before: Routes, moved: readonly Box[]): { kept: Map<string, Route>; open: Ends[] } {
  const holding = wires.filter((wire) => {
    const route = before.get(wire.id);
    return route && holds(route, wire, moved);
  });
  const ids = new Set(holding.map((wire) => wire.id));
  const fresh = wires.filter((wire) => !ids.has(wire.id));
  // What is drawn anew needs its stubs.
  const needed = fresh.flatMap((wire) => stubs(wire).map((run) => ({ run, target: wire.target })));
  const kept = new Map<string, Route>();
  const open = [...fresh];
  for (const wire of holding) {
    const route = before.get(wire.id) ?? [];
    const inTheWay = needed.length > 0 && runsOf(route).some((run) => needed.some((other) => other.target !== wire.target && sideBySide(run, other.run)));
    if (inTheWay) open.push(wire);
    else kept.set(wire.id, route);
  }
  return { kept, open };
}

interface Job {
  readonly cards: readonly Box[];
  readonly wires: readonly Ends[];
}

/** A grid and lanes in which these wires have their ways, and all others at least their stubs. */
function worldOf({ cards, wires }: Job, ways: Routes): World {
  const world = { grid: new Grid(cards), lanes: new Lanes() };
  for (const wire of wires) {
    const way = ways.get(wire.id);
    for (const piece of way ? runsOf(way) : stubs(wire)) take(world, piece, wire.target);
  }
  return world;
}

function take({ grid, lanes }: World, piece: Run, owner: string): void {
  lanes.add(piece, owner);
  grid.take(piece, owner);
}

/** Find ways for the open wires among those that have theirs, the nearest first. */
function draw(job: Job, ways: Map<string, Route>, open: readonly Ends[], dread: number): void {
  const world = worldOf(job, ways);
  const search = new Search(world);
  for (const wire of open) {
    const found = search.find(wire, dread);
    const way = found ? spread(found, world, wire.target) : sketch(wire, []);
    ways.set(wire.id, way);
    for (const piece of runsOf(way)) take(world, piece, wire.target);
  }
}

/** The wires that lie in one lane with another to another target. */
function sharing(wires: readonly Ends[], ways: Routes): Ends[] {
  const lanes = new Lanes();
  for (const wire of wires) lanes.addRoute(ways.get(wire.id) ?? [], wire.target);
  return wires.filter((wire) => runsOf(ways.get(wire.id) ?? []).some((piece) => lanes.clashes(piece, wire.target)));
}

/** Each try dreads sharing a lane more; those that did are drawn anew together, every second time the farthest first. */
const DREADS = [1, 4, 16, 64, 64, 64];

/**
 * Ways for all wires. before: ways to keep where they hold; moved: the cards that stand elsewhere than they did then.
 * Wires with an end under a card are drawn plainly, for nothing can keep them clear.
 */
export function route(cards: readonly Box[], wires: readonly Ends[], before: Routes = new Map(), moved: readonly Box[] = cards): Routes {
  const { kept: ways, open } = keep(wires, before, moved);
  const hidden = new Set(open.filter((wire) => covered(wire.start, cards) || covered(wire.end, cards)));
  for (const wire of hidden) ways.set(wire.id, sketch(wire, []));
  const seen = { cards, wires: wires.filter((wire) => !hidden.has(wire)) };
  let todo = open.filter((wire) => !hidden.has(wire));
  for (const [n, dread] of DREADS.entries()) {
    if (todo.length === 0) break;
    for (const wire of todo) ways.delete(wire.id);
    todo.sort((a, b) => (n % 2 === 0 ? 1 : -1) * (distance(a) - distance(b)));
    draw(seen, ways, todo, dread);
    todo = sharing(seen.wires, ways);
  }
  return ways;
}
