/** The node types by group; drag one onto the canvas, or press Enter to put it in the middle. */
import { useTranslation } from "react-i18next";
import { nodeIcon } from "../nodes/icons.tsx";
import { inLanguage, paletteGroups, typeLabel } from "../model/schema.ts";
import { useCatalog } from "../store/catalog.ts";
import { usePreferences } from "../store/preferences.ts";

export const DRAG_TYPE = "application/x-zongji-node";

interface PaletteProps {
  readonly onPick: (type: string) => void;
  readonly disabled?: boolean;
  /** In the pop-up the items are picked, not dragged. */
  readonly popup?: boolean;
}

export function Palette({ onPick, disabled = false, popup = false }: PaletteProps) {
  const { t } = useTranslation();
  const schemas = useCatalog((state) => state.schemas);
  const language = usePreferences((state) => state.language);
  const prefix = popup ? "pick" : "palette";
  return (
    <div className={`palette ${disabled ? "disabled" : ""}`} role="group" aria-label={t("editor.palette")}>
      {paletteGroups(schemas).map(({ group, types }) => (
        <section key={group}>
          <h2>{t(`group.${group}`)}</h2>
          {types.map((type) => (
            <div
              key={type}
              role="button"
              tabIndex={disabled ? -1 : 0}
              aria-disabled={disabled}
              draggable={!disabled && !popup}
              className={`palette-item group-${group}`}
              data-testid={`${prefix}-${type}`}
              title={inLanguage(schemas[type]?.["x-node"].help, language)}
              onDragStart={(event) => {
                event.dataTransfer.setData(DRAG_TYPE, type);
                event.dataTransfer.effectAllowed = "copy";
              }}
              onClick={() => popup && onPick(type)}
              onDoubleClick={() => !popup && !disabled && onPick(type)}
              onKeyDown={(event) => {
                if (event.key !== "Enter" && event.key !== " ") return;
                event.preventDefault();
                event.stopPropagation();
                if (!disabled) onPick(type);
              }}
            >
              <span className="palette-icon">{nodeIcon(schemas[type]?.["x-node"].icon)}</span>
              {typeLabel(schemas, type, language)}
            </div>
          ))}
        </section>
      ))}
    </div>
  );
}
