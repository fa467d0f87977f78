/** What the company's telephones do by dialling: the codes, who may use the protected ones, and the PIN for monitoring. */
import { useQuery } from "@tanstack/react-query";
import { Input, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/errors.ts";
import { exchangeApi, extensionsApi } from "../api/resources.ts";
import type { Exchange } from "../api/types.ts";
import { wholeList } from "../api/whole-list.ts";
import { usePreferences } from "../store/preferences.ts";
import { useMay } from "../store/session.ts";
import { FormRow } from "./form-dialog.tsx";
import { SaveRow, SettingsCard, useSaving } from "./settings-form.tsx";

type Act = Exchange["codes"][number]["act"];
type Codes = Readonly<Partial<Record<Act, string>>>;

const FIRST_OF_GROUP: Readonly<Partial<Record<Act, "talk" | "pickUp" | "own" | "switch" | "monitor">>> = { blind: "talk", pick_up_in_group: "pickUp", do_not_disturb: "own", day: "switch", listen: "monitor" };

const codesOf = (exchange: Exchange): Codes => Object.fromEntries(exchange.codes.map(({ act, code }) => [act, code]));

function ExchangeForm({ exchange }: { readonly exchange: Exchange }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const [codes, setCodes] = useState<Codes>(() => codesOf(exchange));
  const [operators, setOperators] = useState<readonly string[]>(exchange.operators);
  const [pin, setPin] = useState<string | null>(null);
  const mayChange = useMay()("settings.edit");
  const { data: extensions = [] } = useQuery({ queryKey: ["extensions", "all"], queryFn: () => wholeList(extensionsApi.list, { sort: "number" }) });
  useEffect(() => {
    setCodes(codesOf(exchange));
    setOperators(exchange.operators);
    setPin(null);
  }, [exchange]);

  const saving = useSaving(() => exchangeApi.change({ revision: exchange.revision, codes, operators: [...operators], ...(pin === null ? {} : { pin }) }));
  const { edit, error } = saving;
  const refused = (field: string) => (error instanceof ApiError ? error.issues.find((issue) => issue.field === field)?.message[language] : undefined);
  const shown = ["operators", "pin", ...exchange.codes.map(({ act }) => `codes.${act}`)].some((field) => refused(field) !== undefined);
  return (
    <form onSubmit={saving.submit}>
      <p className="hint">{t("codes.help", { places: `${exchange.places[0] ?? ""}–${exchange.places.at(-1) ?? ""}` })}</p>
      {exchange.codes.map(({ act, usual }) => {
        const group = FIRST_OF_GROUP[act];
        const problem = refused(`codes.${act}`);
        return (
          <div key={act}>
            {group && <h3>{t(`codes.group.${group}`)}</h3>}
            <FormRow label={t(`codes.act.${act}`)} error={problem}>
              <Input
                className="code-input"
                value={codes[act] ?? ""}
                placeholder={t("codes.off", { usual })}
                maxLength={4}
                disabled={!mayChange}
                status={problem ? "error" : ""}
                onChange={({ target }) => edit(() => setCodes({ ...codes, [act]: target.value.trim() }))}
                data-testid={`code-${act}`}
              />
            </FormRow>
          </div>
        );
      })}
      <FormRow label={t("codes.operators")} help={t("codes.operatorsHelp")} error={refused("operators")}>
        <Select
          mode="multiple"
          value={[...operators]}
          disabled={!mayChange}
          options={extensions.map(({ number, name }) => ({ value: number, label: `${number} ${name}` }))}
          onChange={(numbers) => edit(() => setOperators(numbers))}
          data-testid="operators"
        />
      </FormRow>
      <FormRow label={t("codes.pin")} help={t(exchange.has_pin ? "codes.pinThere" : "codes.pinNone")} error={refused("pin")}>
        <Input.Password
          value={pin ?? ""}
          maxLength={12}
          inputMode="numeric"
          autoComplete="new-password"
          disabled={!mayChange}
          status={refused("pin") ? "error" : ""}
          onChange={({ target }) => edit(() => setPin(target.value))}
          data-testid="monitor-pin"
        />
      </FormRow>
      <SaveRow saving={saving} told={shown} saved={t("codes.saved")} testId="save-exchange" />
    </form>
  );
}

export function ExchangeSettings() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ queryKey: ["exchange"], queryFn: exchangeApi.read });
  return (
    <SettingsCard title={t("codes.title")} data={data} error={error} retry={() => void refetch()}>
      {(found) => <ExchangeForm exchange={found} />}
    </SettingsCard>
  );
}
