import { expect, it } from "vitest";
import { card, graph } from "./testing.ts";
import { connect, disconnect, keepWires, mayConnect, without } from "./wires.ts";

const text = (edges: readonly { source: string; sourceHandle?: string | null; target: string }[]) =>
  edges.map((edge) => `${edge.source}:${edge.sourceHandle}>${edge.target}`);
const { nodes, edges } = graph("a:1>b", "a:2>c", "b:next>c");

it.each([
  ["another node", { source: "a", sourceHandle: "1", target: "c" }, true],
  ["itself", { source: "a", sourceHandle: "1", target: "a" }, false],
  ["nothing that is there", { source: "a", sourceHandle: "1", target: "z" }, false],
  ["another node, but from no exit", { source: "a", sourceHandle: null, target: "b" }, false],
])("lets a wire lead to %s", (_, ends, expected) => {
  expect(mayConnect(ends, nodes)).toBe(expected);
});

it("has one wire per exit: a new one takes the old one's place", () => {
  expect(text(connect(edges, { source: "a", sourceHandle: "1", target: "c" }))).toEqual(["a:2>c", "b:next>c", "a:1>c"]);
});

it("disconnects one exit", () => {
  expect(text(disconnect(edges, "a", "2"))).toEqual(["a:1>b", "b:next>c"]);
});

it("takes wires along when an exit is renamed, and drops those of vanished exits", () => {
  const kept = keepWires(edges, "a", new Set(["1", "2"]), new Set(["3"]), { "1": "3" });
  expect(text(kept)).toEqual(["a:3>b", "b:next>c"]);
});

it("gives no exit two wires when one becomes another", () => {
  expect(text(keepWires(edges, "a", new Set(["1", "2"]), new Set(["2"]), { "1": "2" }))).toEqual(["a:2>c", "b:next>c"]);
});

it("keeps wires of exits that were unknown before", () => {
  expect(text(keepWires(edges, "a", new Set(["1"]), new Set([])))).toEqual(["a:2>c", "b:next>c"]);
});

it("removes nodes with the wires that hang on them", () => {
  const rest = without({ nodes: [...nodes, card("d")], edges }, new Set(["b"]), new Set());
  expect(rest.nodes.map((node) => node.id)).toEqual(["a", "c", "d"]);
  expect(text(rest.edges)).toEqual(["a:2>c"]);
});

it("lets no wire lead to where calls enter: its card has no entry, so the wire could not be seen", () => {
  expect(mayConnect({ source: "a", sourceHandle: "1", target: "start" }, [...nodes, card("start", "start")])).toBe(false);
});

it("takes names of exits for text, whatever every object has under them", () => {
  const odd = graph("a:constructor>b", "a:__proto__>c").edges;
  expect(text(keepWires(odd, "a", new Set(["constructor", "__proto__"]), new Set(["constructor", "__proto__"]), {}))).toEqual(["a:constructor>b", "a:__proto__>c"]);
});
