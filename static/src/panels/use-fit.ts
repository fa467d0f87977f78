/** Show the whole flow. React Flow's own fit knows only the nodes that have been drawn already. */
import { useReactFlow } from "@xyflow/react";
import { useCallback } from "react";
import { wholeView } from "../model/layout.ts";
import { notePlace, noteSize } from "../model/notes.ts";
import { sizeOf } from "../store/editor/derived.ts";
import { useEditor } from "../store/editor/index.ts";
import { STILL } from "../theme.ts";

const FIT_MS = STILL ? 0 : 200;

export function useFit(): () => void {
  const { setViewport } = useReactFlow();
  return useCallback(() => {
    const { nodes, sheet } = useEditor.getState();
    const notes = sheet.notes.map((note) => ({ ...notePlace(note), ...noteSize(note) }));
    const { clientWidth: width = 0, clientHeight: height = 0 } = document.querySelector(".canvas") ?? {};
    if (nodes.length + notes.length > 0) void setViewport(wholeView(nodes, { width, height }, sizeOf, notes), { duration: FIT_MS });
  }, [setViewport]);
}
