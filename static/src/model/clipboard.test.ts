import { expect, it } from "vitest";
import { copyText, paste, readCopied } from "./clipboard.ts";
import { estimatedSize } from "./geometry.ts";
import type { CanvasNode, Graph } from "./graph.ts";
import { overlap } from "./room.ts";
import { card, graph } from "./testing.ts";

const sizeOf = () => estimatedSize(2);
const box = (node: CanvasNode) => ({ ...node.position, ...sizeOf() });
const HOME = { flow: "home", middle: { x: 5000, y: 5000 }, sizeOf };
const AWAY = { ...HOME, flow: "away" };

const spread = ({ nodes, edges }: Graph): Graph => ({ nodes: nodes.map((node, i) => ({ ...node, position: { x: i * 300, y: 0 } })), edges });
const drawn = spread(graph("a:1>b", "b:next>c"));
const selected = { ...drawn, nodes: drawn.nodes.map((node) => ({ ...node, selected: node.id !== "c" })) };
const copied = copyText(selected, "home") ?? "";
const added = (pasted: Graph | null) => pasted?.nodes.filter((node) => node.selected) ?? [];

it("copies nothing when nothing is selected", () => {
  expect(copyText(drawn, "home")).toBeNull();
});

it("pastes nodes under free ids and names, with the wires among them, selected", () => {
  const pasted = paste(selected, copied, HOME);
  expect(added(pasted).map((node) => [node.id, node.data.label])).toEqual([["menu", "a 2"], ["menu_2", "b 2"]]);
  expect(pasted?.edges.at(-1)).toMatchObject({ source: "menu", sourceHandle: "1", target: "menu_2" });
  expect(pasted?.edges).toHaveLength(3);
});

it("lays them over nothing, near the originals in their own flow and in the middle of what is seen in another", () => {
  const home = added(paste(selected, copied, HOME));
  const clear = home.every((one) => drawn.nodes.every((node) => !overlap(box(one), box(node), 0)));
  expect([clear, home.every((node) => node.position.x < 2000)]).toEqual([true, true]);
  const again = paste({ ...selected, nodes: [...selected.nodes, ...home] }, copied, HOME);
  expect(added(again).slice(-2).every((one) => home.every((node) => !overlap(box(one), box(node), 0)))).toBe(true);
  // Another flow has nodes of the same ids, as all have a start.
  expect(added(paste(selected, copied, AWAY)).every((node) => node.position.x > 4000)).toBe(true);
});

it("keeps ids, names and arrangement where nothing is in the way", () => {
  const pasted = paste({ nodes: [], edges: [] }, copied, AWAY);
  expect(pasted?.nodes.map((node) => [node.id, node.data.label])).toEqual([["a", "a"], ["b", "b"]]);
  expect((pasted?.nodes[1]?.position.x ?? 0) - (pasted?.nodes[0]?.position.x ?? 0)).toBe(300);
});

it("counts names on, and keeps what is noted on a node", () => {
  const noted = card("x", "play", {}, { selected: true, data: { type: "play", label: "Menu 2", config: {}, extra: { note: "ask Li" } } });
  const [copy] = added(paste({ nodes: [noted, card("Menu 3")], edges: [] }, copyText({ nodes: [noted], edges: [] }, "home") ?? "", HOME));
  expect(copy?.data).toMatchObject({ label: "Menu 4", extra: { note: "ask Li" } });
});

it.each(["", "hello", "[]", '{"format":"other"}', "null", '{"format":"zongji.nodes/1","nodes":[{"id":"a"}],"edges":[]}', '{"format":"zongji.nodes/1","nodes":[null],"edges":[]}'])("refuses other text: %j", (text) => {
  expect(readCopied(text)).toBeNull();
  expect(paste(drawn, text, HOME)).toBeNull();
});
