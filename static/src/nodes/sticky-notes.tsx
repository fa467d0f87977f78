/**
 * The notes that lie on the canvas: written in directly, moved by their upper edge, resized at the corner. They lie below
 * the cards, so that one can be the ground of several; the one with the focus above them.
 */
import { useStoreApi } from "@xyflow/react";
import { memo, useRef, useState, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import { CloseOutlined } from "../components/icons.tsx";
import type { NoteDocument } from "../model/document.ts";
import { MAX_NOTE_TEXT, notePlace, noteSize } from "../model/notes.ts";
import { useEditor, type Point } from "../store/editor/index.ts";

const STEP = 10;
const snapped = (value: number) => Math.round(value / STEP) * STEP;

interface NoteProps {
  readonly note: NoteDocument;
  readonly readOnly: boolean;
}

/** Follows the pointer by itself and tells the store where it was let go: one step of the history. */
function useGrip(note: NoteDocument) {
  const canvas = useStoreApi();
  const pressed = useRef<Point | null>(null);
  const [offset, setOffset] = useState<Point>({ x: 0, y: 0 });
  const place = { x: notePlace(note).x + offset.x, y: notePlace(note).y + offset.y };
  const end = () => {
    pressed.current = null;
    setOffset({ x: 0, y: 0 });
  };
  const grip = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      pressed.current = { x: event.clientX, y: event.clientY };
    },
    onPointerMove: (event: PointerEvent) => {
      if (!pressed.current) return;
      const zoom = canvas.getState().transform[2];
      setOffset({ x: snapped((event.clientX - pressed.current.x) / zoom), y: snapped((event.clientY - pressed.current.y) / zoom) });
    },
    onPointerUp: () => {
      if (offset.x !== 0 || offset.y !== 0) useEditor.getState().changeNote(note.id, { position: place });
      end();
    },
    onPointerCancel: end,
  };
  return { place, grip };
}

function StickyNote({ note, readOnly }: NoteProps) {
  const { t } = useTranslation();
  const { changeNote, removeNote } = useEditor.getState();
  const { place, grip } = useGrip(note);
  const [writing, setWriting] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = noteSize(note);
  const resized = () => {
    const { offsetWidth = width, offsetHeight = height } = box.current ?? {};
    // The browser counts whole pixels.
    const same = Math.abs(offsetWidth - width) < 1 && Math.abs(offsetHeight - height) < 1;
    if (!readOnly && !same) changeNote(note.id, { size: { width: offsetWidth, height: offsetHeight } });
  };
  return (
    <div ref={box} tabIndex={-1} className={`sticky nopan nodrag ${readOnly ? "" : "changeable"}`} style={{ left: place.x, top: place.y, width, height }} data-testid={`sticky-${note.id}`} onPointerUp={resized}>
      {!readOnly && (
        <div className="sticky-grip" title={t("editor.moveNote")} {...grip}>
          <button type="button" aria-label={t("editor.deleteNote")} title={t("editor.deleteNote")} onPointerDown={(event) => event.stopPropagation()} onClick={() => removeNote(note.id)}>
            <CloseOutlined />
          </button>
        </div>
      )}
      <textarea
        aria-label={t("editor.stickyNote")}
        className={writing ? "nowheel" : ""}
        placeholder={t("editor.noteHint")}
        maxLength={MAX_NOTE_TEXT}
        readOnly={readOnly}
        value={note.text}
        onFocus={() => setWriting(true)}
        onBlur={() => setWriting(false)}
        onChange={(event) => changeNote(note.id, { text: event.target.value })}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      />
    </div>
  );
}

export const StickyNotes = memo(function StickyNotes({ readOnly }: { readonly readOnly: boolean }) {
  const notes = useEditor((state) => state.sheet.notes);
  return notes.map((note) => <StickyNote key={note.id} note={note} readOnly={readOnly} />);
});
