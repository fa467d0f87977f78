import { useEffect, useState } from "react";
import { dayOf } from "../model/format.ts";

const MINUTE_MS = 60_000;

/** The calendar day in a time zone, as `2026-11-20`; a new one within a minute of midnight. */
export function useToday(zone: string): string {
  const [day, setDay] = useState(() => dayOf(new Date(), zone));
  useEffect(() => {
    const look = () => setDay(dayOf(new Date(), zone));
    look();
    const timer = setInterval(look, MINUTE_MS);
    return () => clearInterval(timer);
  }, [zone]);
  return day;
}
