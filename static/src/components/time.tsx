import { moment } from "../model/format.ts";
import { usePreferences } from "../store/preferences.ts";
import { useTimeZone } from "../store/session.ts";

/** A moment in the tenant's time zone. */
export function Time({ at }: { readonly at: string | null | undefined }) {
  const language = usePreferences((state) => state.language);
  const zone = useTimeZone();
  return <time dateTime={at ?? undefined}>{moment(at, language, zone)}</time>;
}
