/** What a person does to the drawing; each deed is one step of the history. */
import { newCard, type CanvasNode, type Sheet } from "../../model/graph.ts";
import { copyText, paste } from "../../model/clipboard.ts";
import { changedValue, withRenamedExits, withValue } from "../../model/form.ts";
import { changedNote, withNote } from "../../model/notes.ts";
import { schemaOf } from "../../model/schema.ts";
import { tidied } from "../../model/tidy.ts";
import { connect, disconnect, keepWires, mayConnect, without } from "../../model/wires.ts";
import { useCatalog } from "../catalog.ts";
import { usePreferences } from "../preferences.ts";
import { exitIds, exitRows, sizeOf } from "./derived.ts";
import { layoutByElk } from "./elk.ts";
import type { EditingSlice, Slice } from "./state.ts";

const language = () => usePreferences.getState().language;

function only(nodes: CanvasNode[], chosen: ReadonlySet<string>): CanvasNode[] {
  return nodes.map((node) => {
    const selected = chosen.has(node.id);
    return (node.selected ?? false) === selected ? node : { ...node, selected };
  });
}

/** The flow's settings when these nodes go: where calls go on an error is asked for again, not left to name a node that is gone. */
function withoutErrorNode(sheet: Sheet, gone: ReadonlySet<string>): Sheet {
  const { on_error: id } = sheet.settings;
  return typeof id === "string" && gone.has(id) ? { ...sheet, settings: withValue(sheet.settings, "on_error", undefined) } : sheet;
}

export const editingSlice: Slice<EditingSlice> = (set, get) => {
  const nodeOf = (id: string) => get().nodes.find((node) => node.id === id);
  const change = (id: string, data: Partial<CanvasNode["data"]>): CanvasNode[] =>
    get().nodes.map((node) => (node.id === id ? { ...node, data: { ...node.data, ...data } } : node));

  return {
    addNode: (type, position, from) => {
      const { nodes, edges, commit } = get();
      const card = { ...newCard(type, position, nodes, useCatalog.getState().schemas, language()), selected: true };
      const wires = from ? connect(edges, { source: from.source, sourceHandle: from.exit, target: card.id }) : edges;
      commit({ key: "add", name: card.data.label }, { nodes: [...only(nodes, new Set()), card], edges: wires });
      return card.id;
    },
    connectWire: (ends) => {
      const { nodes, edges, commit } = get();
      if (mayConnect(ends, nodes)) commit({ key: "connect" }, { edges: connect(edges, ends) });
    },
    setTarget: (source, exit, target) => {
      const { edges, commit, connectWire } = get();
      if (target) connectWire({ source, sourceHandle: exit, target });
      else commit({ key: "disconnect" }, { edges: disconnect(edges, source, exit) });
    },
    deleteSelection: () => {
      const { nodes, edges, sheet, commit } = get();
      const chosenNodes = new Set(nodes.filter((node) => node.selected).map((node) => node.id));
      const chosenEdges = new Set(edges.filter((edge) => edge.selected).map((edge) => edge.id));
      if (chosenNodes.size + chosenEdges.size === 0) return;
      commit({ key: "delete" }, { ...without({ nodes, edges }, chosenNodes, chosenEdges), sheet: withoutErrorNode(sheet, chosenNodes) });
    },
    setLabel: (id, label) => get().commit({ key: "rename", name: label }, { nodes: change(id, { label }) }, `label:${id}`),
    setNote: (id, note) => {
      const extra = withValue(nodeOf(id)?.data.extra ?? {}, "note", note || undefined);
      get().commit({ key: "note" }, { nodes: change(id, { extra }) }, `note:${id}`);
    },
    setConfig: (id, name, value, renamed) => {
      const node = nodeOf(id);
      if (!node) return;
      const config = withValue(node.data.config, name, changedValue(value, node.data.config[name]));
      const schema = schemaOf(useCatalog.getState().schemas, node.data.type);
      const nodes = change(id, { config: withRenamedExits(config, schema, renamed ?? {}) });
      const after = nodes.find((candidate) => candidate.id === id) ?? node;
      const edges = keepWires(get().edges, id, exitIds(node), exitIds(after), renamed);
      get().commit({ key: "set", name: node.data.label }, { nodes, edges }, `config:${id}:${name}`);
    },
    addNote: (position) => {
      const { sheet, commit } = get();
      const notes = withNote(sheet.notes, position);
      if (notes === sheet.notes) return null;
      commit({ key: "noteAdd" }, { sheet: { ...sheet, notes } });
      return notes.at(-1)?.id ?? null;
    },
    changeNote: (id, part) => {
      const { sheet, commit } = get();
      const key = "text" in part ? "note" : "size" in part ? "noteSize" : "noteMove";
      commit({ key }, { sheet: { ...sheet, notes: changedNote(sheet.notes, id, part) } }, `${key}:sticky:${id}`);
    },
    removeNote: (id) => {
      const { sheet, commit } = get();
      commit({ key: "noteDelete" }, { sheet: { ...sheet, notes: sheet.notes.filter((note) => note.id !== id) } });
    },
    setSheet: (part, tag) => get().commit({ key: "settings" }, { sheet: { ...get().sheet, ...part } }, tag),
    moveSelection: (dx, dy) => {
      const { nodes, commit } = get();
      if (!nodes.some((node) => node.selected)) return;
      const shift = (node: CanvasNode) => ({ ...node, position: { x: node.position.x + dx, y: node.position.y + dy } });
      commit({ key: "move" }, { nodes: nodes.map((node) => (node.selected ? shift(node) : node)) }, "move");
    },
    pasteText: (text, middle) => {
      const { nodes, edges, flow, commit } = get();
      const result = paste({ nodes, edges }, text, { flow: flow?.id ?? null, middle, sizeOf });
      if (result) commit({ key: "paste" }, result);
      return result !== null;
    },
    duplicate: () => {
      const { nodes, edges, flow, commit } = get();
      const home = flow?.id ?? null;
      const text = copyText({ nodes, edges }, home);
      const result = text ? paste({ nodes, edges }, text, { flow: home, middle: { x: 0, y: 0 }, sizeOf }) : null;
      if (result) commit({ key: "duplicate" }, result);
    },
    layOut: async () => {
      const { nodes, edges, sheet, stamp, readOnly, commit } = get();
      if (nodes.length === 0 || readOnly) return false;
      const { notes, ...drawn } = await tidied({ nodes, edges, notes: sheet.notes, sizeOf, rowsOf: (node) => exitRows(node, edges) }, layoutByElk);
      // What was changed meanwhile counts more.
      if (get().stamp !== stamp) return false;
      commit({ key: "layout" }, { ...drawn, sheet: sheet.notes.length > 0 ? { ...sheet, notes } : sheet });
      return true;
    },
    select: (ids) => set((state) => ({ nodes: only(state.nodes, new Set(ids)) })),
    selectAll: () => set((state) => ({ nodes: only(state.nodes, new Set(state.nodes.map((node) => node.id))) })),
  };
};
