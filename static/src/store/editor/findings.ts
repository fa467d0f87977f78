/** What is known about the flow: issues, figures, what the pointer is on. */
import { issuesByNode, keepUnchanged } from "../../model/issues.ts";
import type { FindingsSlice, Slice } from "./state.ts";

/** What is known of a flow that has just been opened. */
export const NO_FINDINGS = {
  issues: [],
  issueMap: new Map(),
  checked: "never",
  counts: null,
  misses: null,
  published: null,
  hoveredEdge: null,
  wanted: null,
} as const satisfies Partial<FindingsSlice>;

export const findingsSlice: Slice<FindingsSlice> = (set) => ({
  ...NO_FINDINGS,
  setIssues: (issues) =>
    set((state) => ({ issues, issueMap: keepUnchanged(state.issueMap, issuesByNode(issues)), checked: "done" })),
  setChecked: (checked) => set({ checked }),
  setFigures: (figures) => set({ counts: figures?.counts ?? null, misses: figures?.misses ?? null }),
  setPublished: (published) => set({ published }),
  hover: (hoveredEdge) => set({ hoveredEdge }),
  want: (node, field, tab = "form") => set({ wanted: { node, field, tab, at: Date.now() } }),
});
