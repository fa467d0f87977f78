/** What was done, newest first; a click goes back or forward to there. */
import { useTranslation } from "react-i18next";
import type { Deed } from "../model/history.ts";
import { useEditor } from "../store/editor/index.ts";

export function useDeedText(): (deed: Deed) => string {
  const { t } = useTranslation();
  return (deed) => t(`deed.${deed.key}`, { name: deed.name ?? "" });
}

export function HistoryPanel({ readOnly }: { readonly readOnly: boolean }) {
  const { t } = useTranslation();
  const text = useDeedText();
  const history = useEditor((state) => state.history);
  const travel = useEditor((state) => state.travel);
  const { past, future } = history;
  const rows = [
    { label: t("editor.opened"), steps: -past.length },
    ...past.map((step, i) => ({ label: text(step.deed), steps: i + 1 - past.length })),
    ...future.map((step, i) => ({ label: text(step.deed), steps: i + 1 })),
  ].reverse();
  return (
    <ol className="history" reversed>
      {rows.map(({ label, steps }) => (
        <li key={steps}>
          <button type="button" className={steps === 0 ? "now" : steps > 0 ? "undone" : ""} disabled={readOnly} aria-current={steps === 0} onClick={() => travel(steps)}>
            {label}
          </button>
        </li>
      ))}
    </ol>
  );
}
