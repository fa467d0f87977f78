import { expect, it } from "vitest";
import { copyText, paste, readCopied } from "./clipboard.ts";
import { card, graph } from "./testing.ts";

const drawn = graph("a:1>b", "b:next>c");
const selected = { ...drawn, nodes: drawn.nodes.map((node) => ({ ...node, selected: node.id !== "c" })) };

it("copies nothing when nothing is selected", () => {
  expect(copyText(drawn)).toBeNull();
});

it("pastes nodes under free ids, with the wires among them, selected", () => {
  const pasted = paste(selected, copyText(selected) ?? "");
  const added = pasted?.nodes.filter((node) => node.selected).map((node) => node.id);
  expect(added).toEqual(["menu", "menu_2"]);
  expect(pasted?.edges.at(-1)).toMatchObject({ source: "menu", sourceHandle: "1", target: "menu_2" });
  expect(pasted?.edges).toHaveLength(3);
});

it("keeps ids in another flow, and their arrangement at the wanted place", () => {
  const text = copyText({ nodes: [card("x", "play", {}, { selected: true, position: { x: 100, y: 50 } }), card("y", "play", {}, { selected: true, position: { x: 400, y: 90 } })], edges: [] });
  const pasted = paste({ nodes: [], edges: [] }, text ?? "", { x: 0, y: 0 });
  expect(pasted?.nodes.map((node) => [node.id, node.position])).toEqual([["x", { x: 0, y: 0 }], ["y", { x: 300, y: 40 }]]);
});

it.each(["", "hello", "[]", '{"format":"other"}', "null"])("refuses other text: %j", (text) => {
  expect(readCopied(text)).toBeNull();
  expect(paste(drawn, text)).toBeNull();
});
