/** Make a day a holiday or a workday, with its name. */
import { Input, Segmented, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { calendarApi } from "../../api/resources.ts";
import type { CalendarDay, CalendarYear, DaySource } from "../../api/types.ts";
import { FormDialog, FormRow } from "../../components/form-dialog.tsx";
import { inLanguage } from "../../model/schema.ts";
import { isWeekend } from "../../model/year.ts";
import { usePreferences } from "../../store/preferences.ts";

const LONGEST_NAME = 50;

interface DayDialogProps {
  /** The day to change, "" for one that is still to be chosen, null while closed. */
  readonly day: string | null;
  readonly year: CalendarYear;
  readonly onClose: () => void;
  readonly onDone: (year: CalendarYear) => void;
}

export function DayDialog({ day, year, onClose, onDone }: DayDialogProps) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const [date, setDate] = useState("");
  const [workday, setWorkday] = useState(false);
  const [name, setName] = useState("");
  const [source, setSource] = useState<DaySource>("own");

  useEffect(() => {
    if (day === null) return;
    const present: CalendarDay | undefined = year.days.find((known) => known.date === day);
    setDate(day);
    setWorkday(present ? present.workday : day !== "" && isWeekend(day));
    setName(present ? inLanguage(present.name, language) : "");
    setSource(present?.origin === "notice" ? "notice" : "own");
    // What was typed stays while the year behind the dialog is read anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [day]);

  const save = async () => {
    onDone(await calendarApi.put(date, { revision: year.revision, workday, name: name.trim(), source }));
    onClose();
  };
  return (
    <FormDialog open={day !== null} title={t(day ? "calendar.change" : "calendar.add")} okText={t("common.save")} okDisabled={!/^\d{4}-\d\d-\d\d$/.test(date)} onOk={save} onClose={onClose}>
      <FormRow label={t("calendar.date")} field="date" value={date}>
        <Input type="date" min="2000-01-01" max="2199-12-31" value={date} disabled={Boolean(day)} onChange={(event) => setDate(event.target.value)} data-testid="day-date" />
      </FormRow>
      <FormRow label={t("calendar.kind")} help={t("calendar.kindHelp")}>
        <Segmented
          value={workday ? "workday" : "holiday"}
          options={[{ value: "holiday", label: t("calendar.holiday") }, { value: "workday", label: t("calendar.workday") }]}
          onChange={(next) => setWorkday(next === "workday")}
          data-testid="day-kind"
        />
      </FormRow>
      <FormRow label={t("calendar.name")} field="name" value={name}>
        <Input value={name} maxLength={LONGEST_NAME} placeholder={t("calendar.nameHint")} onChange={(event) => setName(event.target.value)} data-testid="day-name" />
      </FormRow>
      <FormRow label={t("calendar.source")} help={t("calendar.sourceHelp")} field="source" value={source}>
        <Select<DaySource>
          className="fill"
          aria-label={t("calendar.source")}
          value={source}
          options={[{ value: "own", label: t("calendar.origin.own") }, { value: "notice", label: t("calendar.origin.notice") }]}
          onChange={setSource}
        />
      </FormRow>
    </FormDialog>
  );
}
