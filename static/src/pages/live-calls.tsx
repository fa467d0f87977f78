/** Calls in progress: who talks where, and what can be done about it. */
import { Button, Dropdown, Popconfirm } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import { callsApi } from "../api/resources.ts";
import type { LiveCall, Right } from "../api/types.ts";
import { MoreOutlined, PhoneOutlined, StopOutlined } from "../components/icons.tsx";
import { useAct } from "../components/use-act.tsx";
import { duration, instant } from "../model/format.ts";
import { written } from "../model/telephone.ts";
import { useLive } from "../store/live.ts";
import { useMay } from "../store/session.ts";
import { CallDialog, type CallDeed, type Deed } from "./call-dialog.tsx";

function useSecond(active: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [active]);
  return now;
}

const DEEDS: readonly { readonly what: CallDeed; readonly permission: Right }[] = [
  { what: "transfer", permission: "calls.transfer" },
  { what: "listen", permission: "calls.listen_in" },
  { what: "whisper", permission: "calls.listen_in" },
  { what: "barge_in", permission: "calls.listen_in" },
  { what: "take_over", permission: "calls.transfer" },
];

/** Where in which flow a call is. */
function placeOf(call: LiveCall): string {
  return [call.node_label ?? call.node, call.flow?.name].filter(Boolean).join(" · ");
}

/** Calls in progress; they come and go by themselves. */
export function LiveCalls() {
  const { t } = useTranslation();
  const calls = useLive(useShallow((state) => Object.values(state.calls)));
  const connected = useLive((state) => state.connected);
  const now = useSecond(calls.length > 0);
  const act = useAct();
  const may = useMay();
  const [deed, setDeed] = useState<Deed | null>(null);
  const deeds = DEEDS.filter(({ permission }) => may(permission));
  return (
    <section className="live-calls" aria-label={t("calls.now")} data-testid="live-calls">
      <h2>
        {t("calls.now")} <span className="muted">{connected ? t("editor.calls", { n: calls.length }) : t("shell.liveOff")}</span>
        {may("calls.place") && (
          <Button size="small" icon={<PhoneOutlined />} onClick={() => setDeed({ what: "place", call: null })} data-testid="place-call">
            {t("calls.do.place")}
          </Button>
        )}
      </h2>
      <div className="live-list">
        {calls.map((call) => (
          <article key={call.id} className="live-card" data-testid={`call-${call.id}`}>
            <i className="dot pulse" aria-hidden="true" />
            <div>
              <b>{written(call.caller)}</b> → {written(call.called)}
              <div className="muted" title={placeOf(call)}>{placeOf(call)}</div>
            </div>
            <span className="figure">{duration((now - instant(call.started_at)) / 1000)}</span>
            {deeds.length > 0 && (
              <Dropdown trigger={["click"]} menu={{ items: deeds.map(({ what }) => ({ key: what, label: t(`calls.do.${what}`) })), onClick: ({ key }) => setDeed({ what: key as CallDeed, call }) }}>
                <Button size="small" type="text" icon={<MoreOutlined />} aria-label={t("calls.doNamed", { caller: written(call.caller) })} data-testid={`do-${call.id}`} />
              </Dropdown>
            )}
            {may("calls.hang_up") && <Popconfirm title={t("calls.hangUpAsk")} okText={t("calls.hangUp")} cancelText={t("common.cancel")} onConfirm={() => void act(() => callsApi.hangUp(call.id))}>
              <Button size="small" type="text" danger icon={<StopOutlined />} aria-label={t("calls.hangUpNamed", { caller: written(call.caller) })} title={t("calls.hangUp")} />
            </Popconfirm>}
          </article>
        ))}
        {calls.length === 0 && <span className="muted">{t("calls.none")}</span>}
      </div>
      {deed && <CallDialog deed={deed} onClose={() => setDeed(null)} />}
    </section>
  );
}
