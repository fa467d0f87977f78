/** Below the canvas: problems, versions, history, live calls; folded until asked for. */
import { CloseOutlined } from "../components/icons.tsx";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Issue } from "../model/issues.ts";
import { useEditor } from "../store/editor/index.ts";
import { useLive } from "../store/live.ts";
import { HistoryPanel } from "./history-panel.tsx";
import { LivePanel } from "./live-panel.tsx";
import { Problems } from "./problems.tsx";
import { VersionsPanel } from "./versions-panel.tsx";

export const DRAWERS = ["problems", "versions", "history", "live"] as const;
export type Drawer = (typeof DRAWERS)[number];

interface BottomDrawerProps {
  readonly open: Drawer | null;
  readonly readOnly: boolean;
  readonly onOpen: (drawer: Drawer | null) => void;
  readonly onIssue: (issue: Issue) => void;
  readonly onFocus: (node: string) => void;
}

export function BottomDrawer({ open, readOnly, onOpen, onIssue, onFocus }: BottomDrawerProps) {
  const { t } = useTranslation();
  const issues = useEditor((state) => state.issues.length);
  const latest = useEditor((state) => state.flow?.latest_version);
  const flowId = useEditor((state) => state.flow?.id);
  const calls = useLive((state) => Object.values(state.calls).filter((call) => call.flow?.id === flowId).length);
  const figure: Record<Drawer, string> = {
    problems: String(issues),
    versions: latest ? `v${latest}` : "",
    history: "",
    live: t("editor.calls", { n: calls }),
  };
  return (
    <section className="bottom" aria-label={t("editor.drawer")}>
      <div className="bottom-tabs">
        <div role="tablist" className="tabs-only">
        {DRAWERS.map((drawer) => (
          <button
            key={drawer}
            type="button"
            role="tab"
            aria-selected={drawer === open}
            data-testid={`drawer-${drawer}`}
            onClick={() => onOpen(drawer === open ? null : drawer)}
          >
            {t(`drawer.${drawer}`)} <span>{figure[drawer]}</span>
          </button>
        ))}
        </div>
        <span className="grow" />
        {open && <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("common.close")} onClick={() => onOpen(null)} />}
      </div>
      {open && (
        <div className="bottom-body" role="tabpanel" aria-label={t(`drawer.${open}`)}>
          {open === "problems" && <Problems onPick={onIssue} />}
          {open === "versions" && <VersionsPanel />}
          {open === "history" && <HistoryPanel readOnly={readOnly} />}
          {open === "live" && <LivePanel onFocus={onFocus} />}
        </div>
      )}
    </section>
  );
}
