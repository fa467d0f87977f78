/** Which flow or version is open, and whether it is saved. */
import type { Flow } from "../../api/types.ts";
import { toGraph, toSheet, type Graph } from "../../model/graph.ts";
import type { FlowDocument } from "../../model/document.ts";
import { foretold } from "../../model/geometry.ts";
import { emptyHistory } from "../../model/history.ts";
import { placeMissing } from "../../model/placing.ts";
import { nothingFound } from "../../model/routes/found.ts";
import { changesIt, review, type Fault } from "../../model/review.ts";
import { exitIds, MANY_NODES, sizeOf } from "./derived.ts";
import { nextStamp } from "./drawing.ts";
import { NO_FINDINGS } from "./findings.ts";
import type { EditorState, FlowFileSlice, Slice } from "./state.ts";

/** No stamp is this one. */
const NOT_SAVED = 0;

/** As it can be drawn; what cannot be read at all is left to the page to refuse. */
function reviewed(document: FlowDocument): { readonly document: FlowDocument; readonly repairs: readonly Fault[] } {
  const found = review(document);
  return { document: found.document ?? document, repairs: found.faults.filter(changesIt) };
}

function graphOf(document: FlowDocument): Graph {
  const drawn = toGraph(document);
  const missing = new Set(document.nodes.filter((node) => !node.position).map((node) => node.id));
  const graph = missing.size === 0 ? drawn : { ...drawn, nodes: placeMissing(drawn.nodes, missing, sizeOf) };
  if (graph.nodes.length <= MANY_NODES) return graph;
  return { ...graph, nodes: graph.nodes.map((node) => foretold(node, [...exitIds(node)])) };
}

function drawn(saved: FlowDocument): Partial<EditorState> {
  const { document, repairs } = reviewed(saved);
  const stamp = nextStamp();
  return {
    ...graphOf(document),
    sheet: toSheet(document),
    stamp,
    savedStamp: repairs.length > 0 ? NOT_SAVED : stamp,
    repairs,
    history: emptyHistory(),
    dragging: false,
    found: nothingFound(),
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
  savedStamp: NOT_SAVED,
  repairs: [],
  open: (flow, readOnly = false) => set({ ...drawn(flow.document), flow: identity(flow), version: null, readOnly }),
  openVersion: (flow, version) =>
    set({ ...drawn(version.document), flow: identity(flow), version: version.number, readOnly: true }),
  close: () => set({ flow: null, nodes: [], edges: [], version: null, history: emptyHistory(), found: nothingFound() }),
  adopt: (flow) => {
    if (get().flow?.id !== flow.id) return;
    const { document, repairs } = reviewed(flow.document);
    get().commit({ key: "adopt" }, { ...graphOf(document), sheet: toSheet(document) });
    set((state) => ({ flow: identity(flow), savedStamp: repairs.length > 0 ? NOT_SAVED : state.stamp, repairs }));
  },
  saved: (flow, stamp) => set((state) => (state.flow?.id === flow.id ? { flow: { ...state.flow, ...flow }, savedStamp: stamp } : {})),
});

export function isDirty(state: EditorState): boolean {
  return !state.readOnly && state.flow !== null && state.stamp !== state.savedStamp;
}
