import { expect, it } from "vitest";
import { blankConfig, newCard, toDocument, toGraph, toSheet } from "./graph.ts";
import { emptyDocument, freshId, looksLikeFlow, type FlowDocument } from "./document.ts";
import { card, menuSchema } from "./testing.ts";

const DOCUMENT = {
  format: "zongji.flow/1",
  name: "主流程",
  locale: "zh-CN",
  description: "给同事",
  settings: { extension_length: 3, on_error: "bye" },
  variables: { vip: false },
  nodes: [
    { id: "main", type: "menu", label: "主菜单", note: "问过老板", config: { keys: { "1": "销售" } }, position: { x: 320, y: 80 } },
    { id: "bye", type: "hangup", config: {}, position: { x: 640, y: 80 } },
  ],
  edges: [{ from: "main", exit: "1", to: "bye" }],
  notes: [{ id: "n1", text: "待定" }],
} as FlowDocument;

it("brings a document back as it was, members that the page does not know included", () => {
  expect(toDocument(toGraph(DOCUMENT), toSheet(DOCUMENT))).toEqual(DOCUMENT);
});

it("places nodes without a position beside each other", () => {
  const nodes = toGraph({ ...emptyDocument("x"), nodes: [{ id: "a", type: "play" }, { id: "b", type: "play" }] }).nodes;
  expect(nodes[0]?.position).not.toEqual(nodes[1]?.position);
});

it("keeps the first of two wires from one exit", () => {
  const edges = [{ from: "main", exit: "1", to: "bye" }, { from: "main", exit: "1", to: "main" }];
  expect(toGraph({ ...DOCUMENT, edges }).edges.map((edge) => edge.target)).toEqual(["bye"]);
});

it("leaves out wires whose node is gone", () => {
  const graph = toGraph(DOCUMENT);
  expect(toDocument({ ...graph, nodes: graph.nodes.slice(0, 1) }, toSheet(DOCUMENT)).edges).toEqual([]);
});

it("begins a node with empty lists where they are required, and defaults unwritten", () => {
  expect(blankConfig(menuSchema)).toEqual({ prompt: [], keys: {} });
});

it("names new nodes apart", () => {
  const first = newCard("menu", { x: 0, y: 0 }, [], { menu: menuSchema }, "zh-CN");
  const second = newCard("menu", { x: 0, y: 0 }, [first, card("menu_2")], { menu: menuSchema }, "zh-CN");
  expect([first.id, first.data.label, second.id, second.data.label]).toEqual(["menu", "按键菜单", "menu_3", "按键菜单 2"]);
});

it("counts ids on", () => {
  expect(freshId("play", new Set(["play", "play_2"]))).toBe("play_3");
});

it.each([
  [DOCUMENT, true],
  [{ ...DOCUMENT, format: "other/1" }, false],
  [{ format: "zongji.flow/1", nodes: [] }, false],
  [[], false],
  [null, false],
])("knows a flow file when it sees one (%#)", (value, expected) => {
  expect(looksLikeFlow(value)).toBe(expected);
});
