import { beforeEach, expect, it } from "vitest";
import { foretold } from "../model/geometry.ts";
import { wire, type CanvasEdge, type CanvasNode } from "../model/graph.ts";
import { nothingFound } from "../model/routes/found.ts";
import { card, menuSchema } from "../model/testing.ts";
import { useCatalog } from "../store/catalog.ts";
import { waysOf } from "../store/editor/ways.ts";
import { strokesOf } from "./wire-paths.ts";

const KEYS = { keys: { "1": "a", "2": "b" } };
const [a, b] = [card("a", "menu", KEYS), card("b", "menu", KEYS, { position: { x: 400, y: 300 } })];
const EDGES = [wire("a", "1", "b"), wire("a", "2", "b"), wire("b", "no_input", "a")];

beforeEach(() => useCatalog.setState({ schemas: { menu: menuSchema } }));

const waysAmong = (nodes: CanvasNode[], edges: CanvasEdge[]) => waysOf({ nodes, edges, found: nothingFound() });
const strokes = (nodes: CanvasNode[], edges: CanvasEdge[], counts: Parameters<typeof strokesOf>[3] = null) => strokesOf(nodes, edges, waysAmong(nodes, edges), counts);

it("draws the wires of a node together, from its exits to the entry of the other", () => {
  const drawn = strokes([a, b], EDGES);
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
  expect(drawn.map(({ key, look, share }) => [key, look, share])).toEqual([
    ["wire a:1", "", 0.25], ["wire a:2", "selected", 0], ["wire b:no_input", "", 1],
  ]);
});

it("lights the wires of a selected node and dims the others", () => {
  const c = card("c", "menu", KEYS, { position: { x: 900, y: 0 } });
  const drawn = strokes([{ ...a, selected: true }, b, c], [...EDGES, wire("b", "1", "c")]);
  expect(drawn.map(({ key, look }) => [key, look])).toEqual([
    ["wire a:1", "lit"], ["wire a:2", "lit"], ["wire b:no_input", "lit"], ["wire b:1", "dim"],
  ]);
});

it("gives an exit that only its wire knows of the row below the others", () => {
  const [own] = strokes([a, b], [wire("a", "no_input", "b")]);
  const [gone] = strokes([a, b], [wire("a", "9", "b")]);
  const top = (d: string | undefined) => Number(d?.match(/[\d.]+/g)?.[1]);
  expect(top(gone?.d) - top(own?.d)).toBe(26);
});
