import { beforeEach, expect, it } from "vitest";
import { foretold } from "../model/geometry.ts";
import { wire } from "../model/graph.ts";
import { card, menuSchema } from "../model/testing.ts";
import { useCatalog } from "../store/catalog.ts";
import { PathsOfWires } from "./wire-paths.ts";

const KEYS = { keys: { "1": "a", "2": "b" } };
const [a, b] = [card("a", "menu", KEYS), card("b", "menu", KEYS, { position: { x: 400, y: 300 } })];
const EDGES = [wire("a", "1", "b"), wire("a", "2", "b"), wire("b", "no_input", "a")];

beforeEach(() => useCatalog.setState({ schemas: { menu: menuSchema } }));

const strokes = (...given: Parameters<PathsOfWires["strokes"]>) => new PathsOfWires().strokes(...given);

it("draws the wires of a node together, from its exits to the entry of the other", () => {
  const drawn = strokes([a, b], EDGES, null);
  expect(drawn.map(({ key }) => key)).toEqual(["node a", "node b"]);
  const ends = foretold(a, ["1", "2", "no_input"]).handles ?? [];
  const first = ends.find(({ id }) => id === "1");
  const begin = `M${(first?.x ?? 0) + (first?.width ?? 0)} ${(first?.y ?? 0) + (first?.height ?? 0) / 2}`;
  expect(drawn[0]?.d.startsWith(begin)).toBe(true);
  expect(drawn[0]?.d.match(/M/g)).toHaveLength(2);
});

it("draws alone what is selected or busy", () => {
  const selected = EDGES.map((edge) => (edge.sourceHandle === "2" ? { ...edge, selected: true } : edge));
  const drawn = strokes([a, b], selected, { b: { no_input: 40 }, a: { "1": 10 } });
  expect(drawn.map(({ key, selected, share }) => [key, selected, share])).toEqual([
    ["wire a:1", false, 0.25], ["wire a:2", true, 0], ["wire b:no_input", false, 1],
  ]);
});

it("follows a node that moves, and keeps the rest", () => {
  const paths = new PathsOfWires();
  const c = card("c", "menu", KEYS, { position: { x: 900, y: 0 } });
  const edges = [...EDGES, wire("c", "1", "c2"), wire("c", "2", "b")];
  const before = paths.strokes([a, b, c], edges, null);
  const after = paths.strokes([{ ...a, position: { x: 10, y: 0 } }, b, c], edges, null);
  expect(after.map(({ d }, i) => d === before[i]?.d)).toEqual([false, false, true]);
});

it("gives an exit that only its wire knows of the row below the others", () => {
  const [own] = strokes([a, b], [wire("a", "no_input", "b")], null);
  const [gone] = strokes([a, b], [wire("a", "9", "b")], null);
  const top = (d: string | undefined) => Number(d?.match(/[\d.]+/g)?.[1]);
  expect(top(gone?.d) - top(own?.d)).toBe(26);
});
