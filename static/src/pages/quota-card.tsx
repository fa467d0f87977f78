/** What the company has of everything that is limited, and may have at most. */
import { Progress } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { systemApi } from "../api/resources.ts";
import type { Quota } from "../api/types.ts";
import { Problem } from "../components/problem.tsx";
import { Waiting } from "../components/waiting.tsx";
import { size } from "../model/format.ts";

/** From here on it is worth a look. */
const NEARLY_FULL = 0.9;

/** Where the oldest give way by themselves. */
const ROLLING: readonly string[] = ["recordings", "messages"];

function QuotaRow({ quota }: { readonly quota: Quota }) {
  const { t, i18n } = useTranslation();
  const share = quota.most > 0 ? Math.min(1, quota.used / quota.most) : 1;
  const shown = (amount: number) => (quota.unit === "bytes" ? size(amount) : amount.toLocaleString(i18n.language));
  const name = t(`quota.${quota.name}`);
  const full = share >= NEARLY_FULL;
  const help = full && t(ROLLING.includes(quota.name) ? "quota.rolling" : "quota.full");
  return (
    <div data-testid={`quota-${quota.name}`}>
      <dt>{name}</dt>
      <dd>
        {t("quota.of", { used: shown(quota.used), most: shown(quota.most) })}
        <Progress percent={Math.round(share * 100)} showInfo={false} size="small" status={full ? "exception" : "normal"} aria-label={name} />
        {help && <span className="form-help">{help}</span>}
      </dd>
    </div>
  );
}

export function QuotaCard() {
  const { t } = useTranslation();
  const [quotas, setQuotas] = useState<readonly Quota[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    systemApi.quotas().then((answer) => setQuotas(answer.quotas)).catch(setError);
  }, []);
  return (
    <section className="settings-card">
      <h2>{t("quota.title")}</h2>
      <p className="form-help">{t("quota.help")}</p>
      <Problem error={error} />
      {!quotas && !error && <Waiting what={t("waiting.settings")} />}
      <dl className="facts">{quotas?.map((quota) => <QuotaRow key={quota.name} quota={quota} />)}</dl>
    </section>
  );
}
