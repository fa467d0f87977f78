import { expect, it } from "vitest";
import { estimatedSize, foretold, measured } from "./geometry.ts";
import { openingView, wholeView } from "./layout.ts";
import { card } from "./testing.ts";

const size = () => estimatedSize(2);

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

it("shows all of a flow in which a hundred nodes follow one another", () => {
  const nodes = Array.from({ length: 100 }, (_, n) => card(`n${n}`, "menu", {}, { position: { x: 300 * n, y: 0 } }));
  const view = wholeView(nodes, { width: 800, height: 600 }, size);
  expect(view.x).toBeGreaterThanOrEqual(0);
  expect(view.x + (300 * 99 + estimatedSize(2).width) * view.zoom).toBeLessThanOrEqual(800);
});
