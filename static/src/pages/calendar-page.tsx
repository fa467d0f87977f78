/** Holidays and make-up workdays, a year at a time. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alert, Button, Table, Tag, type TableColumnsType } from "antd";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { changed } from "../api/queries.ts";
import { calendarApi } from "../api/resources.ts";
import type { CalendarDay } from "../api/types.ts";
import { DeleteButton } from "../components/delete-button.tsx";
import { DownloadOutlined, EditOutlined, ImportOutlined, LeftOutlined, PlusOutlined, RightOutlined } from "../components/icons.tsx";
import { Long } from "../components/long.tsx";
import { Problem } from "../components/problem.tsx";
import { Time } from "../components/time.tsx";
import { useAct } from "../components/use-act.tsx";
import { useAddress } from "../components/use-address.ts";
import { Waiting } from "../components/waiting.tsx";
import { dayOf } from "../model/format.ts";
import { inLanguage } from "../model/schema.ts";
import { weekDay } from "../model/year.ts";
import { usePreferences } from "../store/preferences.ts";
import { useMay, useTimeZone } from "../store/session.ts";
import { DayDialog } from "./calendar/day-dialog.tsx";
import { ImportDialog } from "./calendar/import-dialog.tsx";
import { YearSheets } from "./calendar/year-sheets.tsx";

const [FIRST_YEAR, LAST_YEAR] = [2000, 2199];
/** From this month on the next year is what people come for. */
const NEXT_YEAR_FROM = 11;

/** The year in the address, `?year=2027`; without one that which people come for. */
function useYear(): [number, (year: number) => void] {
  const zone = useTimeZone();
  const [address, change] = useAddress();
  const asked = Number(address.get("year"));
  const set = useCallback((year: number) => change({ year }), [change]);
  if (Number.isInteger(asked) && asked >= FIRST_YEAR && asked <= LAST_YEAR) return [asked, set];
  const today = dayOf(new Date(), zone);
  return [Number(today.slice(0, 4)) + Number(Number(today.slice(5, 7)) >= NEXT_YEAR_FROM), set];
}

interface DayListProps {
  readonly days: readonly CalendarDay[];
  readonly mayChange: boolean;
  readonly onChange: (day: string) => void;
  readonly onRemove: (day: CalendarDay) => void;
}

function DayList({ days, mayChange, onChange, onRemove }: DayListProps) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const columns = useMemo(
    (): TableColumnsType<CalendarDay> => [
      { key: "date", title: t("calendar.date"), render: (_, day) => `${day.date} ${weekDay(day.date, language)}` },
      { key: "kind", title: t("calendar.kind"), render: (_, day) => <Tag color={day.workday ? "blue" : "red"}>{t(day.workday ? "calendar.workday" : "calendar.holiday")}</Tag> },
      { key: "name", title: t("calendar.name"), render: (_, day) => <Long text={inLanguage(day.name, language)} room="some" /> },
      { key: "origin", title: t("calendar.source"), render: (_, day) => t(`calendar.origin.${day.origin}`) },
      { key: "updated_by", title: t("common.by"), render: (_, day) => <Long text={day.updated_by ?? "–"} /> },
      { key: "updated_at", title: t("common.updated"), render: (_, day) => <Time at={day.updated_at} /> },
      {
        key: "actions",
        width: 110,
        render: (_, day) =>
          mayChange && (
            <>
              <Button size="small" icon={<EditOutlined />} aria-label={t("calendar.changeNamed", { name: day.date })} title={t("calendar.change")} onClick={() => onChange(day.date)} data-testid={`change-${day.date}`} />
              {(day.origin === "own" || day.origin === "notice") && <DeleteButton name={`${day.date} ${inLanguage(day.name, language)}`} help={t("calendar.removeHelp")} onDelete={() => onRemove(day)} />}
            </>
          ),
      },
    ],
    [t, language, mayChange, onChange, onRemove],
  );
  return <Table<CalendarDay> size="small" columns={columns} dataSource={days as CalendarDay[]} rowKey="date" pagination={false} scroll={{ x: "max-content" }} />;
}

export default function CalendarPage() {
  const { t } = useTranslation();
  const [year, setYear] = useYear();
  const mayChange = useMay()("calendar.edit");
  const { data, error, refetch } = useQuery({ queryKey: ["calendar", year], queryFn: () => calendarApi.year(year), placeholderData: keepPreviousData });
  const act = useAct();
  const [editing, setEditing] = useState<string | null>(null);
  const [importing, setImporting] = useState(false);
  const present = data?.year === year ? data : null;
  const revision = data?.revision ?? 0;
  const remove = useCallback((day: CalendarDay) => void act(() => calendarApi.remove(day.date, revision), t("common.deleted")), [act, revision, t]);
  return (
    <main className="page">
      <header className="page-head">
        <h1>{t("menu.calendar")}</h1>
        <Button icon={<LeftOutlined />} disabled={year <= FIRST_YEAR} aria-label={t("calendar.yearBefore")} onClick={() => setYear(year - 1)} data-testid="year-before" />
        <b className="figure" data-testid="year">{year}</b>
        <Button icon={<RightOutlined />} disabled={year >= LAST_YEAR} aria-label={t("calendar.yearAfter")} onClick={() => setYear(year + 1)} data-testid="year-after" />
        {present && <Tag color={present.known ? "green" : "orange"} data-testid="year-known">{t(present.known ? "calendar.known" : "calendar.unknown")}</Tag>}
        <span className="grow" />
        <Button icon={<DownloadOutlined />} href={calendarApi.exportUrl(year)} download>{t("calendar.export")}</Button>
        {mayChange && <Button icon={<ImportOutlined />} onClick={() => setImporting(true)} data-testid="calendar-import">{t("calendar.import")}</Button>}
        {mayChange && <Button type="primary" icon={<PlusOutlined />} disabled={!present} onClick={() => setEditing("")} data-testid="add-day">{t("calendar.add")}</Button>}
      </header>
      <Problem error={error} retry={() => void refetch()} />
      {!present && !error && <Waiting what={t("waiting.list")} />}
      {present && !present.known && <Alert className="notice" showIcon type="warning" title={t("calendar.unknownHelp", { year })} />}
      {present && <YearSheets year={year} days={present.days} onPick={mayChange ? setEditing : undefined} />}
      {present && <DayList days={present.days} mayChange={mayChange} onChange={setEditing} onRemove={remove} />}
      {data && <DayDialog day={editing} year={data} onClose={() => setEditing(null)} onDone={() => void changed()} />}
      <ImportDialog
        open={importing}
        revision={revision}
        onClose={() => setImporting(false)}
        onDone={(imported) => {
          if (imported) setYear(imported);
          void changed();
        }}
      />
    </main>
  );
}
