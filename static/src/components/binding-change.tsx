/** Moving real callers is never one click: what answers a number now, what will, and how many callers that touches. */
import { useQuery } from "@tanstack/react-query";
import { App } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { numbersApi } from "../api/resources.ts";
import type { PhoneNumber } from "../api/types.ts";

const OK_ID: { readonly [name: `data-${string}`]: string } = { "data-testid": "bind-ok" };

export interface Answering {
  readonly flow: string | null;
  readonly version: number | null;
  readonly enabled: boolean;
}

interface ChangeProps {
  readonly number: PhoneNumber;
  readonly next: Answering;
}

function useWords(): (answering: Answering) => string {
  const { t } = useTranslation();
  return ({ flow, version, enabled }) => {
    const who = flow === null ? t("numbers.noFlow") : `${flow} v${version ?? "–"}`;
    return enabled ? who : t("bind.off", { what: who });
  };
}

export function BindingChange({ number, next }: ChangeProps) {
  const { t } = useTranslation();
  const words = useWords();
  const { data } = useQuery({ queryKey: ["numbers", "traffic", number.id], queryFn: () => numbersApi.traffic(number.id) });
  const now = { flow: number.flow?.name ?? null, version: number.version, enabled: number.enabled };
  return (
    <dl className="facts binding-change" data-testid="binding-change">
      <div><dt>{t("bind.now")}</dt><dd>{words(now)}</dd></div>
      <div><dt>{t("bind.then")}</dt><dd><b>{words(next)}</b></dd></div>
      <div><dt>{t("bind.callers")}</dt><dd>{data ? t("bind.traffic", { count: data.calls, days: data.days }) : "…"}</dd></div>
    </dl>
  );
}

/** Asks before a number is answered otherwise; true where the person agrees. */
export function useAskToBind(): (number: PhoneNumber, next: Answering) => Promise<boolean> {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  return useCallback(
    async (number, next) =>
      modal.confirm({
        title: t("bind.ask", { number: number.display || number.number }),
        content: <BindingChange number={number} next={next} />,
        width: 480,
        okText: t("bind.ok"),
        okButtonProps: OK_ID,
        cancelText: t("common.cancel"),
      }),
    [modal, t],
  );
}
