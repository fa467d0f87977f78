/**
 * Keys of the editor. Inside inputs the keys keep their usual meaning, saving and searching excepted. In a flow that is
 * read only they change nothing (see `commit`).
 */
import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";
import { copyText } from "../model/clipboard.ts";
import { useFit } from "./use-fit.ts";
import { useTidy } from "./use-tidy.ts";
import { useEditor, type Point } from "../store/editor/index.ts";

export interface Commands {
  readonly save: () => void;
  readonly search: () => void;
  readonly help: () => void;
  readonly escape: () => void;
}

const CLIPBOARD_KEY = "zongji.clipboard";
const STEP = 10;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

const TYPED_INTO = "input:not([type=radio], [type=checkbox]), textarea, select, [role=combobox], [role=listbox], .ant-select-dropdown";
/** What antd adds while a dialog that was closed fades away; it keeps the focus until then. */
const FADING = "[class*=-leave]";

function dialogOpen(): boolean {
  return [...document.querySelectorAll(".ant-modal")].some((dialog) => dialog.checkVisibility() && !dialog.closest(FADING));
}

function isTyping(target: EventTarget | null): boolean {
  if (dialogOpen()) return true;
  if (!(target instanceof HTMLElement) || target.closest(".ant-modal")) return false;
  // Nothing is typed into a radio button, such as the choice of language, or a check box.
  return target.isContentEditable || target.closest(TYPED_INTO) !== null;
}

/** A choice without a search, such as the one that binds a number, has no text of its own to undo. */
function hasText(target: EventTarget | null): boolean {
  return dialogOpen() || (isTyping(target) && !(target instanceof HTMLInputElement && target.readOnly));
}

/** Keys on these belong to them: Enter presses a button, arrows turn a tab. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && Boolean(target.closest("button, a, input, [role=button], [role=tab], [role=radiogroup]"));
}

function remember(text: string): void {
  try {
    localStorage.setItem(CLIPBOARD_KEY, text);
  } catch {
    // The system's clipboard still has it.
  }
}

/** Copy what is selected; returns the text, or null when nothing is. */
export function copySelection(): string | null {
  const state = useEditor.getState();
  const text = copyText(state, state.flow?.id ?? null);
  if (text) remember(text);
  return text;
}

function middleOfCanvas(): Point {
  const box = document.querySelector(".canvas")?.getBoundingClientRect();
  return { x: (box?.left ?? 0) + (box?.width ?? 0) / 2, y: (box?.top ?? 0) + (box?.height ?? 0) / 2 };
}

function nodeUnder(target: EventTarget | null): string | null {
  return target instanceof HTMLElement ? (target.closest<HTMLElement>(".react-flow__node")?.dataset["id"] ?? null) : null;
}

function openInspector(target: EventTarget | null): boolean {
  const { nodes, select, want } = useEditor.getState();
  const id = nodeUnder(target) ?? nodes.find((node) => node.selected)?.id;
  if (!id) return false;
  select([id]);
  want(id, null);
  return true;
}

interface View {
  readonly fit: () => void;
  readonly tidy: () => void;
}

/** Undo and redo of the drawing; whether the key was one of them. */
function travelKey(event: KeyboardEvent): boolean {
  const { undo, redo } = useEditor.getState();
  const withControl: Record<string, () => void> = { z: event.shiftKey ? redo : undo, y: redo };
  const act = event.ctrlKey || event.metaKey ? withControl[event.key.toLowerCase()] : undefined;
  act?.();
  return act !== undefined;
}

function editorKey(event: KeyboardEvent, view: View, commands: Commands): boolean {
  const { duplicate, selectAll, deleteSelection, moveSelection } = useEditor.getState();
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) {
    const withControl: Record<string, () => void> = { a: selectAll, d: duplicate };
    withControl[key]?.();
    return key in withControl;
  }
  if (event.altKey) return false;
  const arrow = ARROWS[event.key];
  if (arrow && !isControl(event.target)) {
    const times = event.shiftKey ? 5 : 1;
    moveSelection(arrow[0] * times, arrow[1] * times);
    return true;
  }
  if (key === "Enter") return !isControl(event.target) && openInspector(event.target);
  const plain: Record<string, () => void> = {
    f: view.fit, "?": commands.help, Escape: commands.escape, l: view.tidy, Delete: deleteSelection, Backspace: deleteSelection,
  };
  plain[key]?.();
  return key in plain;
}

export function useShortcuts(commands: Commands): void {
  const fit = useFit();
  const tidy = useTidy();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const control = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      if (control && (key === "s" || key === "f")) {
        event.preventDefault();
        if (key === "s") commands.save();
        else commands.search();
        return;
      }
      const done = (!hasText(event.target) && travelKey(event)) || (!isTyping(event.target) && editorKey(event, { fit, tidy }, commands));
      if (done) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [commands, fit, tidy]);
}

/** Copy, cut and paste through the system's clipboard, so that nodes go into other flows and windows. */
export function useClipboard(): void {
  const { screenToFlowPosition } = useReactFlow();
  useEffect(() => {
    const textSelected = () => Boolean(window.getSelection()?.toString());
    const onCopy = (event: ClipboardEvent) => {
      if (isTyping(event.target) || textSelected()) return;
      const text = copySelection();
      if (!text) return;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      if (event.type === "cut") useEditor.getState().deleteSelection();
    };
    const onPaste = (event: ClipboardEvent) => {
      if (isTyping(event.target)) return;
      const { pasteText } = useEditor.getState();
      const middle = screenToFlowPosition(middleOfCanvas());
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (!pasteText(text, middle)) pasteText(localStorage.getItem(CLIPBOARD_KEY) ?? "", middle);
      event.preventDefault();
    };
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCopy);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCopy);
      document.removeEventListener("paste", onPaste);
    };
  }, [screenToFlowPosition]);
}
