/** Take the days of a file: all of them, or none. */
import { App, Radio } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api/errors.ts";
import { calendarApi } from "../../api/resources.ts";
import type { DaySource, ImportedDays } from "../../api/types.ts";
import { FormDialog, FormRow } from "../../components/form-dialog.tsx";
import { messageOf } from "../../components/problem.tsx";
import { inLanguage } from "../../model/schema.ts";
import { usePreferences } from "../../store/preferences.ts";

interface ImportDialogProps {
  readonly open: boolean;
  readonly revision: number;
  readonly onClose: () => void;
  /** The first year of which there were days. */
  readonly onDone: (year: number | undefined) => void;
}

/** What is wrong with a file, a line each. */
function useWrong(): [readonly string[], (failure: unknown) => void] {
  const language = usePreferences((state) => state.language);
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const tell = (failure: unknown) => {
    if (!failure) setWrong([]);
    else if (failure instanceof ApiError && failure.code === "calendar.bad_file") setWrong([messageOf(failure), ...failure.issues.map((issue) => inLanguage(issue.message, language))]);
    else throw failure;
  };
  return [wrong, tell];
}

export function ImportDialog({ open, revision, onClose, onDone }: ImportDialogProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [source, setSource] = useState<DaySource>("notice");
  const [wrong, tell] = useWrong();

  const said = ({ added, changed, unchanged, kept }: ImportedDays) =>
    t("calendar.imported", { added, changed, unchanged }) + (kept > 0 ? t("calendar.kept", { n: kept }) : "");
  const close = () => {
    setFile(null);
    tell(null);
    if (input.current) input.current.value = "";
    onClose();
  };
  const take = async () => {
    if (!file) return;
    try {
      const done = await calendarApi.import(file, revision, source);
      void message.success(said(done), 6);
      close();
      onDone(done.years.at(-1));
    } catch (failure) {
      tell(failure);
    }
  };
  return (
    <FormDialog open={open} title={t("calendar.import")} okText={t("calendar.importOk")} okDisabled={!file} onOk={take} onClose={close}>
      <p className="form-help">{t("calendar.importHelp")}</p>
      <FormRow label={t("calendar.file")}>
        <input
          ref={input}
          type="file"
          accept=".json,.csv,application/json,text/csv"
          data-testid="calendar-file"
          // A file that was mended has the name that it had: without this a browser sees no change.
          onClick={(event) => (event.currentTarget.value = "")}
          onChange={(event) => {
            setFile(event.target.files?.[0] ?? null);
            tell(null);
          }}
        />
      </FormRow>
      <FormRow label={t("calendar.source")} help={t("calendar.sourceHelp")}>
        <Radio.Group
          value={source}
          options={[{ value: "notice", label: t("calendar.origin.notice") }, { value: "own", label: t("calendar.origin.own") }]}
          onChange={(event) => setSource(event.target.value as DaySource)}
        />
      </FormRow>
      {wrong.length > 0 && (
        <ul className="file-issues" role="alert" data-testid="calendar-issues">
          {wrong.map((line) => <li key={line}>{line}</li>)}
        </ul>
      )}
    </FormDialog>
  );
}
