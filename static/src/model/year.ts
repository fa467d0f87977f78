/** A year as twelve sheets, and a day's place in it. Days are written `2027-05-01`. */

/** Monday first, as the week begins here. */
export const WEEK_DAYS = [1, 2, 3, 4, 5, 6, 0] as const;

const DAY_MS = 86_400_000;

function written(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The weeks of a month, seven places each: its days, and null before the first and after the last. */
export function weeksOf(year: number, month: number): (string | null)[][] {
  const first = Date.UTC(year, month - 1, 1);
  const days = Math.round((Date.UTC(year, month, 1) - first) / DAY_MS);
  const before = (new Date(first).getUTCDay() + 6) % 7;
  const places = Array.from({ length: Math.ceil((before + days) / 7) * 7 }, (_, place) => {
    const day = place - before;
    return day >= 0 && day < days ? written(first + day * DAY_MS) : null;
  });
  return Array.from({ length: places.length / 7 }, (_, week) => places.slice(week * 7, week * 7 + 7));
}

/** Whether it is a Saturday or a Sunday. */
export function isWeekend(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).getUTCDay() % 6 === 0;
}

/** The day of the week in words, short. */
export function weekDay(day: string, language: string): string {
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { weekday: "short", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

/** A month's name: 五月, May. */
export function monthName(month: number, language: string): string {
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { month: "long", timeZone: "UTC" }).format(Date.UTC(2027, month - 1, 1));
}
