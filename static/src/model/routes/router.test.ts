import { describe, expect, it } from "vitest";
import { toGraph, type Graph } from "../graph.ts";
import { route } from "./router.ts";
import type { Box, Ends } from "./runs.ts";
import { companyFlow, drawn, example, faults, handDrawn, stacked } from "./testing.ts";

const FLOWS = [example("after-hours-voicemail"), example("virtual-switchboard"), companyFlow(100)] as const;
/** A hundred nodes take their time on a busy machine. */
const LONG_MS = 120_000;

function faultsOf(graph: Graph): string[] {
  const drawing = drawn(graph);
  return faults(drawing, route([...drawing.cards.values()], drawing.wires));
}

describe.each(FLOWS.map((flow) => [flow.nodes.length, flow] as const))("no wire lies under a card or along another in a flow of %i nodes", (n, flow) => {
  it.each([1, 2, 3, 4])("drawn by hand (%i)", (seed) => {
    expect(drawn(handDrawn(flow, seed)).wires.length).toBeGreaterThan(n);
    expect(faultsOf(handDrawn(flow, seed))).toEqual([]);
  }, LONG_MS);

  it("in columns, each node right below another", () => {
    expect(faultsOf(stacked(flow, n > 20 ? 10 : 5, n > 20 ? 110 : 70))).toEqual([]);
  }, LONG_MS);
});

it.each(["after-hours-voicemail", "virtual-switchboard"])("runs no wire of the example %s under a card or along another", (name) => {
  expect(faultsOf(toGraph(example(name)))).toEqual([]);
});

const card = (x: number, y: number, height = 137): Box => ({ x, y, width: 240, height });
const wire = (id: string, from: Box, row: number, target: string, to: Box): Ends => ({
  id, target, start: { x: from.x + 244.5, y: from.y + 67.5 + row * 26 }, end: { x: to.x - 1.5, y: to.y + 23 },
});

it.each<[string, Box, Box, Box[]]>([
  ["to itself", card(0, 0), card(0, 0), []],
  ["back to the left", card(800, 0), card(0, 20), []],
  ["straight down", card(0, 0), card(0, 300), []],
  ["past a card in between", card(0, 0), card(700, 0), [card(330, -40, 300)]],
  ["out of a gap between two cards", card(0, 0), card(900, 400), [card(252, 0, 300)]],
  ["above a wall of cards", card(0, 0), card(600, 0), [card(300, -200), card(300, -50), card(300, 100), card(300, 250)]],
])("leads a wire %s", (_, from, to, others) => {
  const wires = [0, 1, 2].map((row) => wire(`w${row}`, from, row, "to", to));
  const cards = new Map([from, to, ...others].map((box, i) => [`c${i}`, box]));
  expect(faults({ cards, wires }, route([...cards.values()], wires))).toEqual([]);
});

it("draws a wire plainly whose exit lies under a card, from its exit to its entry", () => {
  const [from, to] = [card(0, 0), card(600, 0)];
  const [only] = [wire("w", from, 0, "to", to)];
  const way = route([from, to, card(200, 0)], [only]).get("w");
  expect([way?.[0], way?.at(-1)]).toEqual([only.start, only.end]);
});

it("keeps every way that it can when one card moves", () => {
  const drawing = drawn(toGraph(example("virtual-switchboard")));
  const cards = [...drawing.cards.values()];
  const before = route(cards, drawing.wires);
  const moved = { ...(cards[3] ?? card(0, 0)), x: 5000 };
  const wires = drawing.wires.map((one) => (one.target === [...drawing.cards.keys()][3] ? { ...one, end: { x: moved.x - 1.5, y: one.end.y } } : one));
  const after = route(cards.with(3, moved), wires, before, [moved]);
  const same = [...after].filter(([id, way]) => before.get(id) === way).length;
  expect(same).toBeGreaterThan(drawing.wires.length / 2);
});
