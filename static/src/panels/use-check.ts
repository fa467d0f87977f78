/** Ask the server what is wrong with the flow, soon after each change. */
import { useCallback, useEffect } from "react";
import { flowsApi } from "../api/resources.ts";
import type { FlowDocument } from "../model/document.ts";
import { useEditor } from "../store/editor/index.ts";

const TYPING_MS = 400;
/** After a question that got no answer. */
const AGAIN_MS = 5000;

let turn = 0;
let checkedText = "";

/** The document without what cannot be wrong, so that moving a card does not ask again. */
function essence(document: FlowDocument): string {
  return JSON.stringify({ ...document, nodes: document.nodes.map((node) => ({ ...node, position: undefined })) });
}

/** Check now; false without an answer. Answers that were overtaken by a later question or about a flow that was left are dropped. */
export async function checkNow(force = true): Promise<boolean> {
  const { document, setIssues, setChecked, flow } = useEditor.getState();
  const present = document();
  const text = `${flow?.id}${essence(present)}`;
  if (!force && text === checkedText) return true;
  checkedText = text;
  const mine = ++turn;
  const overtaken = () => mine !== turn || useEditor.getState().flow?.id !== flow?.id;
  setChecked("running");
  try {
    const { issues } = await flowsApi.check(present);
    if (!overtaken()) setIssues(issues);
    return true;
  } catch {
    // Without an answer the canvas keeps the issues it has; saving and publishing judge again.
    if (overtaken()) return true;
    setChecked("failed");
    checkedText = "";
    return false;
  }
}

export function useCheck(): () => Promise<void> {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let seen = useEditor.getState().stamp;
    let here = true;
    const later = (wait = TYPING_MS) => {
      clearTimeout(timer);
      timer = setTimeout(() => void checkNow(false).then((answered) => !answered && here && later(AGAIN_MS)), wait);
    };
    later();
    const stop = useEditor.subscribe((state) => {
      if (state.stamp === seen || !state.flow) return;
      seen = state.stamp;
      later();
    });
    return () => {
      here = false;
      clearTimeout(timer);
      stop();
    };
  }, []);
  return useCallback(async () => void (await checkNow(true)), []);
}
