// @vitest-environment happy-dom
/** What is drawn again while a node is dragged: that node and its wires, nothing else. */
import type * as FlowModule from "@xyflow/react";
import { ReactFlowProvider, useStoreApi } from "@xyflow/react";
import { act, cleanup, render } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { Flow } from "../api/types.ts";
import type { FlowDocument } from "../model/document.ts";
import { foretold } from "../model/geometry.ts";
import { menuSchema } from "../model/testing.ts";
import { useCatalog } from "../store/catalog.ts";
import { useEditor } from "../store/editor/index.ts";
import type * as CardModule from "../nodes/use-card.ts";
import type { Canvas as TheCanvas } from "./canvas.tsx";

const drawn = vi.hoisted(() => ({ cards: [] as string[], wires: [] as string[] }));
vi.mock("../nodes/use-card.ts", async (original) => {
  const { useCard } = await original<typeof CardModule>();
  return { useCard: (card: Parameters<typeof useCard>[0]) => (drawn.cards.push(card.id), useCard(card)) };
});
vi.mock("@xyflow/react", async (original) => {
  const flow = await original<typeof FlowModule>();
  const { BaseEdge } = flow;
  return { ...flow, BaseEdge: (props: Parameters<typeof BaseEdge>[0]) => (drawn.wires.push(props.id ?? ""), <BaseEdge {...props} />) };
});

const SLOW_IMPORT_MS = 30_000;
const ROWS = 4;
let Canvas: typeof TheCanvas;

/** `n0` to `n3`, each leading on to the next. */
const DOCUMENT: FlowDocument = {
  format: "zongji.flow/1", name: "f", locale: "en-US",
  nodes: Array.from({ length: ROWS }, (_, i) => ({ id: `n${i}`, type: "menu", config: { keys: { "1": "a" } }, position: { x: 0, y: i * 200 } })),
  edges: Array.from({ length: ROWS - 1 }, (_, i) => ({ from: `n${i}`, exit: "1", to: `n${i + 1}` })),
};
const FLOW: Flow = { id: "f", name: "f", document: DOCUMENT, revision: 1, updated_at: "", updated_by: "", latest_version: null, numbers: [] };

let flowStore: ReturnType<typeof useStoreApi>;
function Store() {
  flowStore = useStoreApi();
  return null;
}
const zoom = (by: number) => act(() => flowStore.setState({ transform: [0, 0, by] }));
const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];

beforeAll(async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }));
  await import("../i18n/index.ts");
  ({ Canvas } = await import("./canvas.tsx"));
}, SLOW_IMPORT_MS);

beforeEach(() => {
  useCatalog.setState({ schemas: { menu: menuSchema } });
  useEditor.getState().open(FLOW);
  // Nothing is measured without a browser.
  useEditor.setState((state) => ({ nodes: state.nodes.map((node) => foretold(node, ["1", "no_input"])) }));
  render(<ReactFlowProvider><Canvas readOnly={false} /><Store /></ReactFlowProvider>);
  drawn.cards = [];
  drawn.wires = [];
});
afterEach(cleanup);

function drag(id: string, y: number): void {
  act(() => useEditor.getState().nodesChanged([{ type: "position", id, position: { x: 40, y }, dragging: true }]));
}

it("draws the dragged card alone again, with the wires that hang on it", () => {
  act(() => useEditor.getState().dragStarted());
  drag("n1", 210);
  drag("n1", 220);
  expect(new Set(drawn.cards)).toEqual(new Set(["n1"]));
  expect(new Set(drawn.wires)).toEqual(new Set(["n0:1", "n1:1"]));
});

it("draws no card and no wire again when a drag begins and ends", () => {
  act(() => useEditor.getState().dragStarted());
  act(() => useEditor.getState().dragEnded());
  expect(drawn).toEqual({ cards: [], wires: [] });
});

it("draws the two cards again whose selection changes", () => {
  act(() => useEditor.getState().select(["n0"]));
  drawn.cards = [];
  act(() => useEditor.getState().select(["n2"]));
  expect(new Set(drawn.cards)).toEqual(new Set(["n0", "n2"]));
});

it("draws boxes without handles and the wires in one drawing from far away, and the cards again from near", () => {
  zoom(0.1);
  expect(all(".card.distant").map((card) => card.dataset["testid"])).toEqual(["node-n0", "node-n1", "node-n2", "node-n3"]);
  expect([all(".react-flow__handle").length, all(".react-flow__edge").length, all(".distant-wires path").length]).toEqual([0, 0, 3]);
  zoom(1);
  expect([all(".card.distant").length, all(".react-flow__edge").length, all(".distant-wires").length]).toEqual([0, 3, 0]);
});

it("tells React Flow the exits' places from far away, too", () => {
  zoom(0.1);
  const places = all(".react-flow__node[data-id=n1] .handle-place").map(({ dataset }) => [dataset["handleid"], dataset["handlepos"]]);
  expect(places).toEqual([["in", "left"], ["1", "right"], ["no_input", "right"]]);
});

it("draws the dragged card alone again from far away", () => {
  zoom(0.1);
  drawn.cards = [];
  drag("n1", 210);
  expect(drawn.cards).toEqual(["n1"]);
});
