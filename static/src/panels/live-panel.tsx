import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import { moment } from "../model/format.ts";
import { written } from "../model/telephone.ts";
import { useEditor } from "../store/editor/index.ts";
import { useLive } from "../store/live.ts";
import { usePreferences } from "../store/preferences.ts";
import { useTimeZone } from "../store/session.ts";

/** The calls that are in this flow now. */
export function LivePanel({ onFocus }: { readonly onFocus: (node: string) => void }) {
  const { t } = useTranslation();
  const zone = useTimeZone();
  const language = usePreferences((state) => state.language);
  const flowId = useEditor((state) => state.flow?.id);
  const calls = useLive(useShallow((state) => Object.values(state.calls).filter((call) => call.flow?.id === flowId)));
  if (calls.length === 0) return <p className="form-help">{t("editor.noCalls")}</p>;
  return (
    <ul className="issue-list">
      {calls.map((call) => (
        <li key={call.id}>
          <button type="button" className="issue" onClick={() => call.node && onFocus(call.node)}>
            <i className="dot pulse" aria-hidden="true" />
            <b>{written(call.caller)}</b>
            <span>→ {written(call.called)}</span>
            <span>{call.node_label ?? call.node}</span>
            <span className="form-help">{moment(call.started_at, language, zone)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
