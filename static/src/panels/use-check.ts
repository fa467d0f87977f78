/** Ask the server what is wrong with the flow, soon after each change. */
import { useCallback, useEffect } from "react";
import { flowsApi } from "../api/resources.ts";
import type { FlowDocument } from "../model/document.ts";
import { useEditor } from "../store/editor/index.ts";

const TYPING_MS = 400;

let turn = 0;
let checkedText = "";

/** The document without what cannot be wrong, so that moving a card does not ask again. */
function essence(document: FlowDocument): string {
  return JSON.stringify({ ...document, nodes: document.nodes.map((node) => ({ ...node, position: undefined })) });
}

/** Check now. Answers that were overtaken by a later question are dropped. */
export async function checkNow(force = true): Promise<void> {
  const { document, setIssues, setChecked, flow } = useEditor.getState();
  const present = document();
  const text = `${flow?.id}${essence(present)}`;
  if (!force && text === checkedText) return;
  checkedText = text;
  const mine = ++turn;
  setChecked("running");
  try {
    const { issues } = await flowsApi.check(present);
    if (mine === turn) setIssues(issues);
  } catch {
    // Without an answer the canvas keeps the issues it has; saving and publishing judge again.
    if (mine === turn) setChecked("failed");
    checkedText = "";
  }
}

export function useCheck(): () => Promise<void> {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let seen = useEditor.getState().stamp;
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void checkNow(false), TYPING_MS);
    };
    later();
    const stop = useEditor.subscribe((state) => {
      if (state.stamp === seen || !state.flow) return;
      seen = state.stamp;
      later();
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, []);
  return useCallback(() => checkNow(true), []);
}
