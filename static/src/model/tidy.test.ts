import ELK from "elkjs/lib/elk.bundled.js";
import { describe, expect, it } from "vitest";
import type { FlowDocument } from "./document.ts";
import { estimatedSize } from "./geometry.ts";
import { toGraph } from "./graph.ts";
import { noteSize, notePlace } from "./notes.ts";
import { overlap } from "./room.ts";
import { route } from "./routes/router.ts";
import { companyFlow, drawn, example, exitsOfNode, faults, sizeOf } from "./routes/testing.ts";
import { graph } from "./testing.ts";
import { tidied } from "./tidy.ts";

const elk = new ELK();
const layout = (asked: Parameters<typeof elk.layout>[0]) => elk.layout(asked);
const LONG_MS = 120_000;

async function tidy(document: FlowDocument, notes = document.notes ?? []) {
  const { nodes, edges } = toGraph(document);
  const rowsOf = (node: (typeof nodes)[number]) => new Map(exitsOfNode(node.data.type, node.data.config).map((exit, row) => [exit, row]));
  return tidied({ nodes, edges, notes, sizeOf, rowsOf }, layout);
}

describe.each([example("after-hours-voicemail"), example("virtual-switchboard"), companyFlow(100)].map((flow) => [flow.nodes.length, flow] as const))("a flow of %i nodes", (_, flow) => {
  it("lays no card over another and no wire under a card or along another, and keeps most of the ways that were found", async () => {
    const result = await tidy(flow);
    const drawing = drawn(result);
    const boxes = [...drawing.cards.values()];
    expect(boxes.some((one, i) => boxes.slice(i + 1).some((other) => overlap(one, other, 10)))).toBe(false);
    const given = new Map(result.edges.flatMap((edge) => (edge.data?.way ? [[edge.id, edge.data.way] as const] : [])));
    const routes = route(boxes, drawing.wires, given);
    expect(faults(drawing, routes)).toEqual([]);
    expect([...given].filter(([id, way]) => routes.get(id) === way).length).toBeGreaterThan(flow.edges.length * 0.8);
  }, LONG_MS);
});

it("keeps the order of exits, from top to bottom", async () => {
  const leaves = ["a", "b", "c", "d"];
  const { nodes, edges } = graph("start:next>menu", ...leaves.map((leaf, i) => `menu:${i}>${leaf}`));
  const rowsOf = (node: { id: string }) => new Map(node.id === "menu" ? leaves.map((_, i) => [`${i}`, i]) : [["next", 0]]);
  const shuffled = [...nodes].reverse();
  const result = await tidied({ nodes: shuffled, edges, notes: [], sizeOf: () => estimatedSize(4), rowsOf }, layout);
  const top = (id: string) => result.nodes.find((node) => node.id === id)?.position.y ?? 0;
  expect([...leaves].sort((a, b) => top(a) - top(b))).toEqual(leaves);
});

it("puts nodes that come later further right, and copes with loops and with wires to nodes that are gone", async () => {
  const { nodes, edges } = graph("start:next>menu", "menu:1>sales", "sales:busy>menu", "sales:next>bye");
  const flow = { edges, notes: [], sizeOf: () => estimatedSize(2), rowsOf: () => new Map([["next", 0], ["busy", 1], ["1", 0]]) };
  const xs = (await tidied({ ...flow, nodes }, layout)).nodes.map((node) => node.position.x);
  expect([...xs].sort((a, b) => a - b)).toEqual(xs);
  expect((await tidied({ ...flow, nodes: nodes.slice(0, 2) }, layout)).nodes).toHaveLength(2);
});

it("leaves notes uncovered", async () => {
  const notes = Array.from({ length: 6 }, (_, i) => ({ id: `n${i}`, text: "", position: { x: 100 * i, y: 60 * i } }));
  const result = await tidy(example("virtual-switchboard"), notes);
  const boxes = [...drawn(result).cards.values(), ...result.notes.map((note) => ({ ...notePlace(note), ...noteSize(note) }))];
  const covered = result.notes.filter((note) => boxes.filter((box) => overlap(box, { ...notePlace(note), ...noteSize(note) }, 0)).length > 1);
  expect(covered).toEqual([]);
}, LONG_MS);
