/** What a router that answers later has found, and what of it still holds in the drawing as it is now. */
import type { Route } from "../shapes.ts";
import type { Drawing } from "./drawing.ts";
import type { Routes } from "./router.ts";
import { leads, type Box, type Ends } from "./runs.ts";
import { sketch } from "./sketch.ts";

/** Ways that tidying gave, by wire. */
export type Given = ReadonlyMap<string, Route>;

export interface Found {
  /** The cards that the ways lead around. */
  readonly cards: Drawing["cards"];
  readonly ways: Routes;
  /** Those that were given when the ways were found: they count once. */
  readonly given: Given;
}

/** What the router is asked; plain data, for it may work in a worker. */
export interface Job {
  readonly cards: readonly Box[];
  readonly wires: readonly Ends[];
  readonly before: Routes;
  readonly moved: readonly Box[];
}

export function nothingFound(): Found {
  return { cards: new Map(), ways: new Map(), given: new Map() };
}

function same(a: Box | undefined, b: Box): boolean {
  return a !== undefined && a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

function isFresh(id: string, given: Given, found: Found): boolean {
  return given.has(id) && given.get(id) !== found.given.get(id);
}

/** The way of this wire, if it still leads from its exit to its entry. */
function held(wire: Ends, given: Given, found: Found): Route | null {
  const way = (isFresh(wire.id, given, found) ? given : found.ways).get(wire.id);
  return way && leads(way, wire) ? way : null;
}

/** A way for each wire: as it was given or found where that holds, else a sketch. sketches: of before, kept where they hold. */
export function shown({ cards, wires }: Drawing, given: Given, found: Found, sketches: Routes): { readonly ways: Routes; readonly sketches: Routes } {
  const ways = new Map<string, Route>();
  const drawn = new Map<string, Route>();
  const boxes = [...cards.values()];
  for (const wire of wires) {
    const way = held(wire, given, found);
    if (way) {
      ways.set(wire.id, way);
      continue;
    }
    const known = sketches.get(wire.id);
    const plain = known && leads(known, wire) ? known : sketch(wire, boxes);
    ways.set(wire.id, plain);
    drawn.set(wire.id, plain);
  }
  return { ways, sketches: drawn };
}

/** What there is to find; null where all ways hold and no card has come elsewhere. */
export function jobOf({ cards, wires }: Drawing, given: Given, found: Found): Job | null {
  const moved = [...cards].filter(([id, card]) => !same(found.cards.get(id), card)).map(([, card]) => card);
  const before = new Map<string, Route>();
  for (const wire of wires) {
    const way = held(wire, given, found);
    if (way) before.set(wire.id, way);
  }
  const known = moved.length === 0 && before.size === wires.length && !wires.some(({ id }) => isFresh(id, given, found));
  return known ? null : { cards: [...cards.values()], wires, before, moved };
}
