/** Times, lengths and numbers as people read them. */

/** Seconds as `m:ss`, from an hour on as `h:mm:ss`; a dash when unknown. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–";
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A point in time in the tenant's time zone; times without a zone are UTC. */
export function moment(iso: string | null | undefined, language: string, timeZone: string): string {
  if (!iso) return "–";
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`;
  const date = new Date(zoned);
  if (Number.isNaN(date.getTime())) return iso;
  const options: Intl.DateTimeFormatOptions = {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone,
  };
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, options).format(date);
}

/** The hour and minute of a moment in a time zone, `00:05` to `23:59`. */
export function clock(iso: string, language: string, timeZone: string): string {
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone }).format(instant(iso));
}

/** At most `most` UTF-16 units of a text, never part of what people see as one character (Unicode annex 29). */
export function shortened(text: string, most: number): string {
  let kept = "";
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)) {
    if (kept.length + segment.length > most) break;
    kept += segment;
  }
  return kept;
}

/** Bytes as `1.5 MB`, four digits at most. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** step).toPrecision(4))} ${units[step]}`;
}

/** Milliseconds since 1970 of an API time; times without a zone are UTC. */
export function instant(iso: string): number {
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`);
}

/** The calendar day of a moment in a time zone, as `2026-11-20`. */
export function dayOf(date: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone });
  return parts.format(date);
}
