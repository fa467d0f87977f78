/** The twelve months of a year, its holidays and make-up workdays marked. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CalendarDay } from "../../api/types.ts";
import { inLanguage } from "../../model/schema.ts";
import { isWeekend, monthName, WEEK_DAYS, weekDay, weeksOf } from "../../model/year.ts";
import { usePreferences } from "../../store/preferences.ts";

interface SheetsProps {
  readonly year: number;
  readonly days: readonly CalendarDay[];
  /** A day was clicked; undefined where nothing can be changed. */
  readonly onPick: ((day: string) => void) | undefined;
}

const MONTHS = Array.from({ length: 12 }, (_, index) => index + 1);
/** Any week: its days give the heads of the columns. */
const A_WEEK = WEEK_DAYS.map((_, index) => `2027-05-${String(index + 3).padStart(2, "0")}`);

export function YearSheets({ year, days, onPick }: SheetsProps) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const special = useMemo(() => new Map(days.map((day) => [day.date, day])), [days]);

  const place = (day: string) => {
    const found = special.get(day);
    const name = found && inLanguage(found.name, language);
    const kind = found ? (found.workday ? "worked" : "off") : isWeekend(day) ? "weekend" : "";
    const mark = found && t(found.workday ? "calendar.workdayMark" : "calendar.holidayMark");
    const inside = <>{Number(day.slice(8))}{mark && <sup>{mark}</sup>}</>;
    // The list below the sheets does the same by keyboard.
    return onPick ? (
      <button type="button" tabIndex={-1} className={`year-day ${kind}`} title={name} aria-label={[day, mark, name].filter(Boolean).join(" ")} onClick={() => onPick(day)} data-testid={`day-${day}`}>
        {inside}
      </button>
    ) : (
      <span className={`year-day ${kind}`} title={name} data-testid={`day-${day}`}>{inside}</span>
    );
  };
  return (
    <div className="year-sheets">
      {MONTHS.map((month) => (
        <table key={month} className="year-month">
          <caption>{monthName(month, language)}</caption>
          <thead>
            <tr>{A_WEEK.map((day) => <th key={day} scope="col">{weekDay(day, language).replace("周", "")}</th>)}</tr>
          </thead>
          <tbody>
            {weeksOf(year, month).map((week, index) => (
              <tr key={index}>{week.map((day, at) => <td key={day ?? at}>{day && place(day)}</td>)}</tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}
