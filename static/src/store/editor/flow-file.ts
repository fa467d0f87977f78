/** Which flow or version is open, and whether it is saved. */
import type { Flow } from "../../api/types.ts";
import { toGraph, toSheet, type Graph } from "../../model/graph.ts";
import type { FlowDocument } from "../../model/document.ts";
import { foretold } from "../../model/geometry.ts";
import { emptyHistory } from "../../model/history.ts";
import { exitIds, MANY_NODES } from "./derived.ts";
import { nextStamp } from "./drawing.ts";
import { NO_FINDINGS } from "./findings.ts";
import type { EditorState, FlowFileSlice, Slice } from "./state.ts";

function graphOf(document: FlowDocument): Graph {
  const graph = toGraph(document);
  if (graph.nodes.length <= MANY_NODES) return graph;
  return { ...graph, nodes: graph.nodes.map((node) => foretold(node, [...exitIds(node)])) };
}

function drawn(document: FlowDocument): Partial<EditorState> {
  const stamp = nextStamp();
  return {
    ...graphOf(document),
    sheet: toSheet(document),
    stamp,
    savedStamp: stamp,
    history: emptyHistory(),
    ...NO_FINDINGS,
  };
}

function identity(flow: Flow): Omit<Flow, "document"> {
  const { id, name, revision, updated_at, updated_by, latest_version, numbers } = flow;
  return { id, name, revision, updated_at, updated_by, latest_version, numbers };
}

export const flowFileSlice: Slice<FlowFileSlice> = (set, get) => ({
  flow: null,
  version: null,
  readOnly: false,
  savedStamp: 0,
  open: (flow, readOnly = false) => set({ ...drawn(flow.document), flow: identity(flow), version: null, readOnly }),
  openVersion: (flow, version) =>
    set({ ...drawn(version.document), flow: identity(flow), version: version.number, readOnly: true }),
  close: () => set({ flow: null, nodes: [], edges: [], version: null, history: emptyHistory() }),
  adopt: (flow) => {
    if (get().flow?.id !== flow.id) return;
    get().commit({ key: "adopt" }, { ...graphOf(flow.document), sheet: toSheet(flow.document) });
    set((state) => ({ flow: identity(flow), savedStamp: state.stamp }));
  },
  saved: (flow, stamp) => set((state) => (state.flow?.id === flow.id ? { flow: { ...state.flow, ...flow }, savedStamp: stamp } : {})),
});

export function isDirty(state: EditorState): boolean {
  return state.version === null && state.flow !== null && state.stamp !== state.savedStamp;
}
