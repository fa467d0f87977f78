/** What holds for the company's calls: the number that outside sees, what is recorded, what is heard. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { callingApi, promptsApi } from "../api/resources.ts";
import type { Calling } from "../api/types.ts";
import { wholeList } from "../api/whole-list.ts";
import { useMay } from "../store/session.ts";
import { FormRow } from "./form-dialog.tsx";
import { SaveRow, SettingsCard, useSaving } from "./settings-form.tsx";
import { ShownNumber } from "./shown-number.tsx";
import { useCalling } from "./use-calling.ts";

const RECORDED = ["off", "answered", "whole"] as const;
const LANGUAGES = ["zh-CN", "en-US"] as const;

function CallingForm({ calling }: { readonly calling: Calling }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(calling.shown_number);
  const [record, setRecord] = useState(calling.record);
  const [music, setMusic] = useState(calling.music);
  const [language, setLanguage] = useState(calling.language);
  const mayChange = useMay()("settings.edit");
  const { data: prompts = [] } = useQuery({ queryKey: ["prompts", "all"], queryFn: () => wholeList(promptsApi.list, { sort: "name" }) });
  useEffect(() => {
    setShown(calling.shown_number);
    setRecord(calling.record);
    setMusic(calling.music);
    setLanguage(calling.language);
  }, [calling.shown_number, calling.record, calling.music, calling.language]);

  const saving = useSaving(() => callingApi.change({ revision: calling.revision, shown_number: shown, record, music, language }));
  const { edit } = saving;
  return (
    <form onSubmit={saving.submit}>
      <FormRow label={t("outside.shownOf")} help={t(calling.numbers.length > 0 ? "outside.shownHelp" : "outside.noNumber")}>
        <ShownNumber value={shown} usual={t("outside.shownNone")} disabled={!mayChange} onChange={(digits) => edit(() => setShown(digits))} testId="calling-shown" />
      </FormRow>
      <FormRow label={t("outside.record")} help={t(`outside.recordHelp.${record}`)}>
        <Select value={record} disabled={!mayChange} options={RECORDED.map((value) => ({ value, label: t(`outside.record.${value}`) }))} onChange={(value) => edit(() => setRecord(value))} data-testid="calling-record" />
      </FormRow>
      <FormRow label={t("outside.music")} help={t("outside.musicHelp")}>
        <Select
          value={music ?? ""}
          showSearch
          disabled={!mayChange}
          options={[{ value: "", label: t("outside.musicUsual") }, ...prompts.map(({ name }) => ({ value: name, label: name }))]}
          onChange={(name) => edit(() => setMusic(name || null))}
          data-testid="calling-music"
        />
      </FormRow>
      <FormRow label={t("outside.language")} help={t("outside.languageHelp")}>
        <Select value={language} disabled={!mayChange} options={LANGUAGES.map((value) => ({ value, label: t(`outside.language.${value}`) }))} onChange={(value) => edit(() => setLanguage(value))} data-testid="calling-language" />
      </FormRow>
      <SaveRow
        saving={saving}
        unchanged={shown === calling.shown_number && record === calling.record && music === calling.music && language === calling.language}
        testId="save-calling"
      />
    </form>
  );
}

export function CallingSettings() {
  const { t } = useTranslation();
  const { calling, error, retry } = useCalling();
  return (
    <SettingsCard title={t("outside.title")} data={calling} error={error} retry={retry}>
      {(found) => <CallingForm calling={found} />}
    </SettingsCard>
  );
}
