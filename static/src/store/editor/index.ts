import { create } from "zustand";
import { drawingSlice } from "./drawing.ts";
import { editingSlice } from "./editing.ts";
import { findingsSlice } from "./findings.ts";
import { flowFileSlice } from "./flow-file.ts";
import { routeInWorker } from "./router.ts";
import { keepRouted } from "./routing.ts";
import type { EditorState } from "./state.ts";

export { onlySelected } from "./derived.ts";
export { isDirty } from "./flow-file.ts";
export type { EditorState, Point } from "./state.ts";

export const useEditor = create<EditorState>()((...api) => ({
  ...drawingSlice(...api),
  ...editingSlice(...api),
  ...flowFileSlice(...api),
  ...findingsSlice(...api),
}));

keepRouted(useEditor, routeInWorker);
