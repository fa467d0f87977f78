import { expect, it } from "vitest";
import { estimatedSize, foretold, measured } from "./geometry.ts";
import { layOut, openingView } from "./layout.ts";
import { card, graph } from "./testing.ts";

const size = () => estimatedSize(2);

it("lays out from left to right without overlap", () => {
  const { nodes, edges } = graph("a:1>b", "a:2>c", "b:next>d", "c:next>d");
  const at = Object.fromEntries(layOut(nodes, edges, size).map((node) => [node.id, node.position]));
  expect(at["a"]?.x).toBeLessThan(at["b"]?.x ?? 0);
  expect(at["b"]?.x).toBe(at["c"]?.x);
  expect(at["d"]?.x).toBeGreaterThan(at["c"]?.x ?? 0);
  expect(Math.abs((at["b"]?.y ?? 0) - (at["c"]?.y ?? 0))).toBeGreaterThanOrEqual(estimatedSize(2).height);
});

it("puts what is as far from the beginning side by side, though wires lead back from one to the other", () => {
  const { nodes, edges } = graph("start:next>menu", "menu:1>sales", "menu:2>ask", "ask:operator>sales", "sales:busy>busy", "busy:2>menu", "ask:no_such>again", "again:next>ask");
  const at = Object.fromEntries(layOut(nodes, edges, size).map((node) => [node.id, node.position]));
  expect(at["ask"]?.x).toBe(at["sales"]?.x);
  expect(at["again"]?.x).toBe(at["busy"]?.x);
  expect(at["menu"]?.x).toBeLessThan(at["ask"]?.x ?? 0);
  expect(at["start"]?.x).toBeLessThan(at["menu"]?.x ?? 0);
});

it("lays out a loop that nothing leads into", () => {
  const { nodes, edges } = graph("a:1>b", "b:1>a");
  expect(new Set(layOut(nodes, edges, size).map((node) => node.position.x)).size).toBe(2);
});

it("ignores wires to nodes that are gone", () => {
  const { nodes, edges } = graph("a:1>b");
  expect(layOut(nodes.slice(0, 1), edges, size)).toHaveLength(1);
});

it("opens with the whole flow while it can be read", () => {
  const view = openingView([card("a"), card("b", "menu", {}, { position: { x: 600, y: 0 } })], { width: 1000, height: 600 }, size);
  expect(view.zoom).toBe(1);
  expect(view.x).toBeCloseTo(80);
});

it("opens a large flow at its beginning", () => {
  const start = card("s", "start", {}, { position: { x: 100, y: 4000 } });
  const far = [0, 8000].map((y) => card(`z${y}`, "menu", {}, { position: { x: 9000, y } }));
  const view = openingView([...far, start], { width: 1000, height: 600 }, size, start);
  const middle = start.position.y + estimatedSize(2).height / 2;
  expect(view.x + start.position.x * view.zoom).toBeCloseTo(28);
  expect(view.y + middle * view.zoom).toBeCloseTo(300);
});

it("leaves no room empty above a flow that begins at its top", () => {
  const start = card("s", "start", {}, { position: { x: 0, y: 100 } });
  const deep = card("z", "menu", {}, { position: { x: 400, y: 4000 } });
  const view = openingView([start, deep], { width: 1000, height: 600 }, size, start);
  expect(view.y + start.position.y * view.zoom).toBeCloseTo(28);
});

it("foretells where an exit's handle lies, until the card is measured", () => {
  const node = card("a");
  const ahead = foretold(node, ["1", "no_input"]);
  expect(ahead.handles?.map(({ id, type }) => [id, type])).toEqual([["in", "target"], ["1", "source"], ["no_input", "source"]]);
  expect(ahead.initialHeight).toBe(estimatedSize(2).height);
  expect(measured(ahead).handles).toBeUndefined();
  expect(measured(node)).toBe(node);
});
