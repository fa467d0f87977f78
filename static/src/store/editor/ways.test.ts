import { beforeEach, expect, it } from "vitest";
import { wire, type CanvasEdge, type CanvasNode } from "../../model/graph.ts";
import { card, menuSchema } from "../../model/testing.ts";
import { useCatalog } from "../catalog.ts";
import { lightOf, Ways } from "./ways.ts";

const at = (id: string, x: number, y: number) => card(id, "menu", { keys: { "1": "a" } }, { position: { x, y } });
const NODES = [at("a", 0, 0), at("b", 500, 0), at("c", 0, 600), at("d", 500, 600)];
const EDGES = [wire("a", "1", "b"), wire("c", "1", "d")];

beforeEach(() => useCatalog.setState({ schemas: { menu: menuSchema } }));

const seen = (nodes: CanvasNode[], edges: CanvasEdge[] = EDGES, dragging = false) => ({ nodes, edges, dragging, flow: null, version: null });
const put = (id: string, x: number, y: number) => NODES.map((node) => (node.id === id ? { ...node, position: { x, y } } : node));

it("reckons nothing again while nothing changes, and moves only the wires of the card that moved", () => {
  const ways = new Ways();
  const before = ways.of(seen(NODES));
  expect(ways.of(seen(NODES))).toBe(before);
  const after = ways.of(seen(put("b", 520, 100)));
  expect(after.get("c:1")).toBe(before.get("c:1"));
  expect(after.get("a:1")).not.toEqual(before.get("a:1"));
});

it("lets a card that is dragged across a wire push it aside, and the wire come back when the card has passed", () => {
  const ways = new Ways();
  const before = ways.of(seen(NODES)).get("a:1");
  expect(ways.of(seen(put("d", 250, 20), EDGES, true)).get("a:1")).not.toEqual(before);
  expect(ways.of(seen(put("d", 700, 300), EDGES, true)).get("a:1")).toEqual(before);
});

it("keeps the way that tidying gave until an end moves", () => {
  const ways = new Ways();
  const own = ways.of(seen(NODES)).get("a:1") ?? [];
  const [start, end] = [own[0], own.at(-1)];
  if (!start || !end) throw new Error("no way");
  const way = [start, { x: 400, y: start.y }, { x: 400, y: end.y }, end];
  const tidied = [{ ...wire("a", "1", "b"), data: { way } }, wire("c", "1", "d")];
  expect(ways.of(seen(NODES, tidied)).get("a:1")).toBe(way);
  expect(ways.of(seen(put("d", 900, 700), tidied)).get("a:1")).toBe(way);
  expect(ways.of(seen(put("b", 560, 40), tidied)).get("a:1")).not.toBe(way);
});

it("forgets the ways of the flow that was open before", () => {
  const ways = new Ways();
  const first = ways.of(seen(NODES)).get("a:1");
  expect(ways.of({ ...seen(NODES), version: 2 }).get("a:1")).not.toBe(first);
});

it("lights the wires of what is selected", () => {
  expect(lightOf(NODES, "a", "b")).toBe("");
  const nodes = NODES.map((node) => ({ ...node, selected: node.id === "b" }));
  expect([lightOf(nodes, "a", "b"), lightOf(nodes, "c", "d")]).toEqual(["lit", "dim"]);
});
