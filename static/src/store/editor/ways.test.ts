import { beforeEach, expect, it } from "vitest";
import { wire, type CanvasEdge, type CanvasNode } from "../../model/graph.ts";
import { nothingFound } from "../../model/routes/found.ts";
import { route } from "../../model/routes/router.ts";
import { card, menuSchema } from "../../model/testing.ts";
import { useCatalog } from "../catalog.ts";
import { isSketched, lightOf, openJob, waysOf } from "./ways.ts";

const at = (id: string, x: number, y: number) => card(id, "menu", { keys: { "1": "a" } }, { position: { x, y } });
const NODES = [at("a", 0, 0), at("b", 500, 0), at("c", 0, 600), at("d", 500, 600)];
const EDGES = [wire("a", "1", "b"), wire("c", "1", "d")];

beforeEach(() => useCatalog.setState({ schemas: { menu: menuSchema } }));

type Seen = Parameters<typeof waysOf>[0];
const seen = (nodes: CanvasNode[], edges: CanvasEdge[] = EDGES, found = nothingFound()): Seen => ({ nodes, edges, found });
const put = (id: string, x: number, y: number) => NODES.map((node) => (node.id === id ? { ...node, position: { x, y } } : node));

/** The state once the router has answered. */
function answered(state: Seen): Seen {
  const open = openJob(state);
  if (!open) return state;
  const { cards, wires, before, moved } = open.job;
  return { ...state, found: open.foundWith(route(cards, wires, before, moved)) };
}

it("sketches each wire from its exit to its entry until the router has answered, then shows what it found", () => {
  const state = seen(NODES);
  const found = answered(state);
  expect([isSketched(state), isSketched(found)]).toEqual([true, false]);
  for (const { id } of EDGES) {
    const [sketched, way] = [waysOf(state).get(id), waysOf(found).get(id)];
    expect([sketched?.[0], sketched?.at(-1)]).toEqual([way?.[0], way?.at(-1)]);
    expect(way).toBe(found.found.ways.get(id));
  }
});

it("reckons nothing again while nothing changes, and has nothing to ask", () => {
  const state = answered(seen(NODES));
  expect(waysOf(state)).toBe(waysOf({ ...state }));
  expect(openJob(state)).toBeNull();
  expect(openJob({ ...state, nodes: NODES.map((node) => ({ ...node, selected: true })) })).toBeNull();
});

it("moves only the wires of the card that moved, and keeps a sketch while its ends stay", () => {
  const state = answered(seen(NODES));
  const before = waysOf(state);
  const moved = { ...state, nodes: put("b", 520, 100) };
  const sketched = waysOf(moved).get("a:1");
  expect(waysOf(moved).get("c:1")).toBe(before.get("c:1"));
  expect(sketched).not.toEqual(before.get("a:1"));
  expect(waysOf({ ...moved, nodes: moved.nodes.map((node) => (node.id === "d" ? { ...node, selected: true } : node)) }).get("a:1")).toBe(sketched);
  expect(waysOf(answered(moved)).get("c:1")).toBe(before.get("c:1"));
});

it("leaves a wire alone that a card is dragged across, and leads it around the card once that was asked", () => {
  const state = answered(seen(NODES));
  const before = waysOf(state).get("a:1");
  const dropped = { ...state, nodes: put("d", 250, 20) };
  expect(waysOf(dropped).get("a:1")).toBe(before);
  expect(waysOf(answered(dropped)).get("a:1")).not.toEqual(before);
});

it("keeps the way that tidying gave until an end moves", () => {
  const first = answered(seen(NODES));
  const own = waysOf(first).get("a:1") ?? [];
  const [start, end] = [own[0], own.at(-1)];
  if (!start || !end) throw new Error("no way");
  const way = [start, { x: 400, y: start.y }, { x: 400, y: end.y }, end];
  const tidied = { ...first, edges: [{ ...wire("a", "1", "b"), data: { way } }, wire("c", "1", "d")] };
  expect(waysOf(tidied).get("a:1")).toBe(way);
  const kept = answered(tidied);
  expect(waysOf(kept).get("a:1")).toBe(way);
  expect(waysOf(answered({ ...kept, nodes: put("d", 900, 700) })).get("a:1")).toBe(way);
  const away = answered({ ...kept, nodes: put("b", 560, 40) });
  expect(waysOf(away).get("a:1")).not.toBe(way);
  const across = answered({ ...kept, nodes: put("d", 250, 20) });
  expect(waysOf(across).get("a:1")).not.toBe(way);
});

it("lights the wires of what is selected", () => {
  expect(lightOf(NODES, "a", "b")).toBe("");
  const nodes = NODES.map((node) => ({ ...node, selected: node.id === "b" }));
  expect([lightOf(nodes, "a", "b"), lightOf(nodes, "c", "d")]).toEqual(["lit", "dim"]);
});
