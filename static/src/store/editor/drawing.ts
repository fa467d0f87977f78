/** Nodes, wires and settings, with undo and redo. */
import { applyEdgeChanges, applyNodeChanges } from "@xyflow/react";
import { toDocument, type Sheet } from "../../model/graph.ts";
import { measured } from "../../model/geometry.ts";
import { emptyHistory, record, redo, travel, undo, type Moved } from "../../model/history.ts";
import { nothingFound } from "../../model/routes/found.ts";
import type { DrawingSlice, EditorState, Slice, Snapshot } from "./state.ts";

let stamps = 0;

export function nextStamp(): number {
  return ++stamps;
}

export function snapshotOf(state: EditorState): Snapshot {
  return { nodes: state.nodes, edges: state.edges, sheet: state.sheet, stamp: state.stamp };
}

const EMPTY_SHEET: Sheet = { name: "", locale: "zh-CN", settings: {}, variables: {}, notes: [], extra: {} };

function moved(result: Moved<Snapshot> | null): Partial<EditorState> {
  return result ? { ...result.state, history: result.history } : {};
}

function samePlaces(a: Snapshot, b: Snapshot): boolean {
  return a.nodes.length === b.nodes.length && a.nodes.every((node, i) => {
    const other = b.nodes[i];
    return other?.position.x === node.position.x && other.position.y === node.position.y;
  });
}

export const drawingSlice: Slice<DrawingSlice> = (set, get) => {
  let beforeDrag: Snapshot | null = null;
  return {
    nodes: [],
    edges: [],
    sheet: EMPTY_SHEET,
    stamp: 0,
    history: emptyHistory(),
    dragging: false,
    found: nothingFound(),
    nodesChanged: (changes) => {
      const kept = changes.filter((change) => change.type !== "remove");
      const sized = new Set(kept.flatMap((change) => (change.type === "dimensions" ? [change.id] : [])));
      set((state) => {
        const nodes = applyNodeChanges(kept, state.nodes);
        return { nodes: sized.size > 0 ? nodes.map((node) => (sized.has(node.id) ? measured(node) : node)) : nodes };
      });
    },
    edgesChanged: (changes) => {
      const kept = changes.filter((change) => change.type !== "remove");
      set((state) => ({ edges: applyEdgeChanges(kept, state.edges) }));
    },
    // Whoever asks, by a key or a button: what is read only stays as it is.
    commit: (deed, change, tag) =>
      set((state) =>
        state.readOnly
          ? state
          : { ...change, stamp: nextStamp(), history: record(state.history, snapshotOf(state), deed, Date.now(), tag) },
      ),
    dragStarted: () => {
      beforeDrag = snapshotOf(get());
      set({ dragging: true });
    },
    dragEnded: () => {
      const before = beforeDrag;
      beforeDrag = null;
      if (!before || samePlaces(before, snapshotOf(get()))) return set({ dragging: false });
      set((state) => ({ dragging: false, stamp: nextStamp(), history: record(state.history, before, { key: "move" }, Date.now()) }));
    },
    undo: () => set((state) => moved(undo(state.history, snapshotOf(state)))),
    redo: () => set((state) => moved(redo(state.history, snapshotOf(state)))),
    travel: (steps) => set((state) => moved(travel(state.history, snapshotOf(state), steps))),
    document: () => toDocument(get(), get().sheet),
  };
};
