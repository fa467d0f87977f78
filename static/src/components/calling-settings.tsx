/** What holds for the company's calls: the number that outside sees, what is recorded, the music on hold. */
import { useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { changed } from "../api/queries.ts";
import { callingApi, promptsApi } from "../api/resources.ts";
import type { Calling } from "../api/types.ts";
import { wholeList } from "../api/whole-list.ts";
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
  const [music, setMusic] = useState(calling.music);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const mayChange = useMay()("settings.edit");
  const { data: prompts = [] } = useQuery({ queryKey: ["prompts", "all"], queryFn: () => wholeList(promptsApi.list, { sort: "name" }) });
  useEffect(() => {
    setShown(calling.shown_number);
    setRecord(calling.record);
    setMusic(calling.music);
  }, [calling.shown_number, calling.record, calling.music]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await callingApi.change({ revision: calling.revision, shown_number: shown, record, music });
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
      <FormRow label={t("outside.music")} help={t("outside.musicHelp")}>
        <Select
          value={music ?? ""}
          showSearch
          disabled={!mayChange}
          options={[{ value: "", label: t("outside.musicUsual") }, ...prompts.map(({ name }) => ({ value: name, label: name }))]}
          onChange={(name) => setMusic(name || null)}
          data-testid="calling-music"
        />
      </FormRow>
      <Problem error={error} />
      {mayChange && (
        <Button type="primary" htmlType="submit" loading={busy} disabled={shown === calling.shown_number && record === calling.record && music === calling.music} data-testid="save-calling">
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
