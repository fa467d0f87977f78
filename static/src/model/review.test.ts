import { expect, it } from "vitest";
import type { FlowDocument } from "./document.ts";
import { estimatedSize } from "./geometry.ts";
import { toDocument, toGraph, toSheet } from "./graph.ts";
import { placeMissing } from "./placing.ts";
import { changesIt, review } from "./review.ts";
import { overlap } from "./room.ts";

const at = { position: { x: 0, y: 0 } };
const NODES = [{ id: "start", type: "start", ...at }, { id: "menu", type: "menu", label: "Main", ...at }, { id: "bye", type: "hangup", ...at }];
const EDGES = [{ from: "start", exit: "next", to: "menu" }, { from: "menu", exit: "1", to: "bye" }];
const flow = (more: object): FlowDocument => ({ format: "zongji.flow/1", name: "f", locale: "en-US", nodes: NODES, edges: EDGES, ...more });
const told = (value: unknown, types?: ReadonlySet<string>) => review(value, types ?? null).faults.map(({ key, values }) => [key, ...Object.values(values)]);

it("finds nothing in a flow that can be drawn, and leaves it as it is", () => {
  expect(review(flow({}))).toEqual({ document: flow({}), faults: [] });
});

it.each<[string, object, (string | number)[][]]>([
  ["two wires from one exit", { edges: [...EDGES, { from: "menu", exit: "1", to: "menu" }] }, [["twoWires", "Main", "1", "Main"]]],
  ["a wire to a node that is not there", { edges: [{ from: "menu", exit: "1", to: "x" }] }, [["toNowhere", "Main", "1", "x"]]],
  ["a wire from a node that is not there", { edges: [{ from: "x", exit: "1", to: "bye" }] }, [["fromNowhere", "x", "1", "bye"]]],
  ["a wire to where calls enter", { edges: [{ from: "menu", exit: "1", to: "start" }] }, [["toStart", "Main", "1", "start"]]],
  ["one id twice", { nodes: [...NODES, { id: "menu", type: "play", ...at }] }, [["sameId", "menu", "menu", "menu_2"]]],
  ["one id twice on notes", { notes: [{ id: "n", text: "" }, { id: "n", text: "" }] }, [["sameNote", "n", "n_2"]]],
])("tells and mends %s, so that what is drawn is what is saved", (_, more, faults) => {
  const found = review(flow(more));
  expect(found.faults.map(({ key, values }) => [key, ...Object.values(values)])).toEqual(faults);
  expect(found.faults.every(changesIt)).toBe(true);
  const document = found.document ?? flow({});
  expect(told(document)).toEqual([]);
  expect(toDocument(toGraph(document), toSheet(document))).toMatchObject({ edges: document.edges, nodes: document.nodes.map(({ id, type }) => ({ id, type })) });
});

it("tells of nodes without a place and of types that there are not, and changes neither", () => {
  const odd = flow({ nodes: [...NODES, { id: "a", type: "constructor" }, { id: "b", type: "play", position: { x: null, y: 0 } }] });
  expect(told(odd, new Set(["start", "menu", "hangup", "play"]))).toEqual([["noPlace", 2], ["noType", "a", "constructor"]]);
  expect(review(odd).faults.some(changesIt)).toBe(false);
});

it.each<[string, unknown, (string | number)[][]]>([
  ["no flow", null, [["badPart", "format"]]],
  ["parts of another kind", flow({ settings: [], notes: {}, name: 7 }), [["badPart", "notes"], ["badPart", "settings"], ["badPart", "name"]]],
  ["nodes of another kind", flow({ nodes: [null, { id: 7, type: "play" }, { id: "a", type: "play", config: [] }] }), [["badNode", 1], ["badNode", 2], ["badNode", 3]]],
  ["wires and notes of another kind", flow({ edges: [{ from: "a" }], notes: ["x"] }), [["badWire", 1], ["badNote", 1]]],
])("refuses %s with what is wrong", (_, value, faults) => {
  expect(review(value).document).toBeNull();
  expect(told(value)).toEqual(faults);
});

it("places nodes that have no place over none", () => {
  const sizeOf = () => estimatedSize(12);
  const { nodes } = toGraph({ ...flow({}), nodes: [...NODES.slice(0, 1), ...Array.from({ length: 12 }, (_, i) => ({ id: `n${i}`, type: "menu" }))], edges: [] });
  const placed = placeMissing(nodes, new Set(nodes.slice(1).map((node) => node.id)), sizeOf);
  const boxes = placed.map((node) => ({ ...node.position, ...sizeOf() }));
  expect(boxes.some((one, i) => boxes.slice(i + 1).some((other) => overlap(one, other, 0)))).toBe(false);
});
