/** The palette where a wire was dropped on the empty canvas: what is picked is placed there and connected. */
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useEditor, type Point } from "../store/editor/index.ts";
import { Palette } from "./palette.tsx";

export interface Dropped {
  readonly source: string;
  readonly exit: string;
  /** Within the canvas element, in pixels. */
  readonly at: Point;
  /** On the canvas itself. */
  readonly position: Point;
}

interface PopupProps {
  readonly dropped: Dropped;
  readonly onClose: () => void;
}

export function PalettePopup({ dropped, onClose }: PopupProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const addNode = useEditor((state) => state.addNode);

  useEffect(() => {
    box.current?.querySelector<HTMLElement>("[role=button]")?.focus();
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) onClose();
    };
    window.addEventListener("pointerdown", outside);
    return () => window.removeEventListener("pointerdown", outside);
  }, [onClose]);

  const pick = (type: string) => {
    addNode(type, { x: dropped.position.x, y: dropped.position.y - 24 }, { source: dropped.source, exit: dropped.exit });
    onClose();
  };
  return (
    <div
      ref={box}
      className="palette-popup"
      role="dialog"
      aria-label={t("editor.pickNext")}
      data-testid="palette-popup"
      style={{ left: dropped.at.x, top: dropped.at.y }}
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <Palette popup onPick={pick} />
    </div>
  );
}
