import { beforeEach, expect, it } from "vitest";
import type { Flow } from "../../api/types.ts";
import type { FlowDocument } from "../../model/document.ts";
import { menuSchema, switchSchema } from "../../model/testing.ts";
import { useCatalog } from "../catalog.ts";
import { wiredExits } from "./derived.ts";
import { isDirty, useEditor } from "./index.ts";

const DOCUMENT: FlowDocument = {
  format: "zongji.flow/1",
  name: "主流程",
  locale: "zh-CN",
  settings: {},
  variables: {},
  nodes: [
    { id: "main", type: "menu", label: "主菜单", config: { keys: { "1": "销售", "2": "售后" } }, position: { x: 0, y: 0 } },
    { id: "bye", type: "menu", label: "再见", config: {}, position: { x: 300, y: 0 } },
  ],
  edges: [{ from: "main", exit: "1", to: "bye" }],
};
const FLOW: Flow = { id: "f", name: "主流程", document: DOCUMENT, revision: 3, updated_at: "", updated_by: "", latest_version: null, numbers: [] };

const editor = () => useEditor.getState();
const wires = () => editor().edges.map((edge) => `${edge.source}:${edge.sourceHandle}>${edge.target}`);
const place = (id: string) => editor().nodes.find((node) => node.id === id)?.position;

beforeEach(() => {
  useCatalog.setState({ schemas: { menu: menuSchema, switch: switchSchema } });
  editor().open(FLOW);
});

it("opens clean, is unsaved after a change and clean again after undo", () => {
  expect(isDirty(editor())).toBe(false);
  editor().setLabel("main", "菜单");
  expect(isDirty(editor())).toBe(true);
  editor().undo();
  expect(isDirty(editor())).toBe(false);
  expect(editor().document()).toEqual(DOCUMENT);
});

it("asks anew where calls go on an error when that node is deleted, and undo brings both back", () => {
  editor().setSheet({ settings: { on_error: "bye" } });
  editor().select(["main"]);
  editor().deleteSelection();
  expect(editor().sheet.settings).toEqual({ on_error: "bye" });
  editor().select(["bye"]);
  editor().deleteSelection();
  expect(editor().sheet.settings).toEqual({});
  editor().undo();
  expect(editor().sheet.settings).toEqual({ on_error: "bye" });
});

it("connects what the palette adds to the exit it was asked from", () => {
  const id = editor().addNode("switch", { x: 10, y: 20 }, { source: "main", exit: "2" });
  expect(wires()).toEqual(["main:1>bye", `main:2>${id}`]);
  expect(editor().nodes.filter((node) => node.selected).map((node) => node.id)).toEqual([id]);
  editor().undo();
  expect(wires()).toEqual(["main:1>bye"]);
});

it("takes a key's wire along to another key", () => {
  editor().setConfig("main", "keys", { "3": "销售", "2": "售后" }, { "1": "3" });
  expect(wires()).toEqual(["main:3>bye"]);
});

it("drops the wire of a key that goes, and undo brings it back", () => {
  editor().setConfig("main", "keys", { "2": "售后" });
  expect(wires()).toEqual([]);
  editor().undo();
  expect(wires()).toEqual(["main:1>bye"]);
});

it("makes one step of a drag, and none of a click", () => {
  const drag = (x: number) => editor().nodesChanged([{ type: "position", id: "main", position: { x, y: 0 }, dragging: true }]);
  editor().dragStarted();
  drag(10);
  drag(20);
  expect(editor().dragging).toBe(true);
  editor().dragEnded();
  expect(editor().dragging).toBe(false);
  editor().dragStarted();
  editor().dragEnded();
  expect(editor().history.past).toHaveLength(1);
  editor().undo();
  expect(place("main")).toEqual({ x: 0, y: 0 });
});

it("does not let React Flow delete behind the history's back", () => {
  editor().nodesChanged([{ type: "remove", id: "main" }]);
  editor().edgesChanged([{ type: "remove", id: "main:1" }]);
  expect(editor().document()).toEqual(DOCUMENT);
});

it("deletes what is selected", () => {
  editor().select(["bye"]);
  editor().deleteSelection();
  expect(editor().nodes.map((node) => node.id)).toEqual(["main"]);
  expect(wires()).toEqual([]);
});

it("keeps one's own work in reach when someone else's is taken", () => {
  editor().setLabel("main", "我的");
  editor().adopt({ ...FLOW, revision: 4, document: { ...DOCUMENT, name: "他们的" } });
  expect([editor().sheet.name, editor().flow?.revision, isDirty(editor())]).toEqual(["他们的", 4, false]);
  editor().undo();
  expect(editor().nodes[0]?.data.label).toBe("我的");
  expect([editor().flow?.revision, isDirty(editor())]).toEqual([4, true]);
});

it("stays unsaved when something changed while the save was on its way", () => {
  editor().setLabel("main", "一");
  const { stamp } = editor();
  editor().setLabel("bye", "二");
  editor().saved({ ...FLOW, revision: 4 }, stamp);
  expect([isDirty(editor()), editor().flow?.revision]).toEqual([true, 4]);
});

it("takes no answer about another flow than the open one: its next save would go there", () => {
  const { stamp } = editor();
  editor().open({ ...FLOW, id: "other" });
  editor().setLabel("main", "我的");
  editor().saved({ ...FLOW, revision: 4 }, stamp);
  editor().adopt({ ...FLOW, revision: 5 });
  expect([editor().flow?.id, editor().flow?.revision, editor().nodes[0]?.data.label, isDirty(editor())]).toEqual(["other", 3, "我的", true]);
});

it("opens a draft that cannot be drawn as it is mended and unsaved, and says what was mended", () => {
  const edges = [...DOCUMENT.edges, { from: "main", exit: "1", to: "main" }, { from: "main", exit: "2", to: "gone" }];
  editor().open({ ...FLOW, document: { ...DOCUMENT, edges } });
  expect(editor().repairs.map(({ key }) => key)).toEqual(["twoWires", "toNowhere"]);
  expect([isDirty(editor()), wires()]).toEqual([true, ["main:1>bye"]]);
  editor().open(FLOW);
  expect([isDirty(editor()), editor().repairs]).toEqual([false, []]);
});

it("never takes a version that is looked at for an unsaved draft", () => {
  editor().openVersion(FLOW, { number: 2, note: "", published_at: "", published_by: "", numbers: [], document: DOCUMENT });
  editor().setLabel("main", "x");
  expect(isDirty(editor())).toBe(false);
});

it("adds, writes, moves and deletes a sticky note, each a step to undo", () => {
  const id = editor().addNote({ x: 10, y: 20 }) ?? "";
  editor().changeNote(id, { text: "问老板" });
  editor().changeNote(id, { position: { x: 50, y: 60 } });
  expect(editor().document().notes).toEqual([{ id, text: "问老板", position: { x: 50, y: 60 } }]);
  editor().removeNote(id);
  expect(editor().document().notes).toBeUndefined();
  expect(editor().history.past.map((step) => step.deed.key)).toEqual(["noteAdd", "note", "noteMove", "noteDelete"]);
  editor().undo();
  editor().undo();
  expect(editor().document().notes?.[0]?.position).toEqual({ x: 10, y: 20 });
});

it("knows which exits have wires", () => {
  expect(wiredExits(editor().edges, "main")).toBe("|1|");
  expect(wiredExits(editor().edges, "bye")).toBe("");
});

it.each(["a role that may only look", "a published version"])("changes nothing in %s", (what) => {
  if (what === "a published version") editor().openVersion(FLOW, { number: 1, note: "", published_at: "", published_by: "", numbers: [], document: DOCUMENT });
  else editor().open(FLOW, true);
  editor().select(["main"]);
  editor().setLabel("main", "菜单");
  editor().setConfig("main", "keys", {});
  editor().addNode("menu", { x: 0, y: 0 });
  editor().addNote({ x: 0, y: 0 });
  editor().connectWire({ source: "main", sourceHandle: "2", target: "bye" });
  editor().moveSelection(10, 10);
  editor().duplicate();
  editor().layOut();
  editor().setSheet({ name: "x" });
  editor().deleteSelection();
  editor().undo();
  editor().redo();
  expect(editor().document()).toEqual(DOCUMENT);
  expect(editor().history.past).toEqual([]);
  expect(isDirty(editor())).toBe(false);
});

it("renames an exit with its wire and with the switch that leads there, in one step", () => {
  const properties = { ...switchSchema.properties, night_exit: { type: ["string", "null"], "x-ui": { widget: "exit" } } };
  useCatalog.setState({ schemas: { menu: menuSchema, switch: { ...switchSchema, properties } as unknown as typeof switchSchema } });
  const config = { cases: [{ exit: "night", label: "夜间", when: "true" }], night_exit: "night" };
  const nodes = [{ id: "hours", type: "switch", label: "", config, position: { x: 0, y: 0 } }, ...DOCUMENT.nodes];
  editor().open({ ...FLOW, document: { ...DOCUMENT, nodes, edges: [{ from: "hours", exit: "night", to: "bye" }] } });
  const cases = [{ ...config.cases[0], exit: "duty" }];
  editor().setConfig("hours", "cases", cases, { night: "duty" });
  expect(editor().nodes[0]?.data.config).toEqual({ cases, night_exit: "duty" });
  expect(wires()).toEqual(["hours:duty>bye"]);
  editor().undo();
  expect(editor().nodes[0]?.data.config).toEqual(config);
});
