/** What holds for calls that extensions make: the number that outside sees, and what is recorded. */
import { Button, Select } from "antd";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { changed } from "../api/queries.ts";
import { callingApi } from "../api/resources.ts";
import type { Calling } from "../api/types.ts";
import { useMay } from "../store/session.ts";
import { FormRow } from "./form-dialog.tsx";
import { Problem } from "./problem.tsx";
import { ShownNumber } from "./shown-number.tsx";
import { useCalling } from "./use-calling.ts";
import { Waiting } from "./waiting.tsx";

const RECORDED = ["off", "answered", "whole"] as const;

function CallingForm({ calling }: { readonly calling: Calling }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(calling.shown_number);
  const [record, setRecord] = useState(calling.record);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const mayChange = useMay()("settings.edit");
  useEffect(() => {
    setShown(calling.shown_number);
    setRecord(calling.record);
  }, [calling.shown_number, calling.record]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await callingApi.change({ revision: calling.revision, shown_number: shown, record });
      setDone(true);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
      void changed();
    }
  };
  return (
    <form onChange={() => setDone(false)} onSubmit={(event) => void submit(event)}>
      <FormRow label={t("outside.shownOf")} help={t(calling.numbers.length > 0 ? "outside.shownHelp" : "outside.noNumber")}>
        <ShownNumber value={shown} usual={t("outside.shownNone")} disabled={!mayChange} onChange={setShown} testId="calling-shown" />
      </FormRow>
      <FormRow label={t("outside.record")} help={t(`outside.recordHelp.${record}`)}>
        <Select value={record} disabled={!mayChange} options={RECORDED.map((value) => ({ value, label: t(`outside.record.${value}`) }))} onChange={setRecord} data-testid="calling-record" />
      </FormRow>
      <Problem error={error} />
      {mayChange && (
        <Button type="primary" htmlType="submit" loading={busy} disabled={shown === calling.shown_number && record === calling.record} data-testid="save-calling">
          {t("common.save")}
        </Button>
      )}
      {done && <span className="done" role="status">{t("common.saved")}</span>}
    </form>
  );
}

export function CallingSettings() {
  const { t } = useTranslation();
  const { calling, error, retry } = useCalling();
  return (
    <section className="settings-card">
      <h2>{t("outside.title")}</h2>
      <Problem error={error} retry={retry} />
      {!calling && !error && <Waiting what={t("waiting.settings")} />}
      {calling && <CallingForm calling={calling} />}
    </section>
  );
}
