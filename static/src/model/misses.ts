/** How often a caller was asked in vain, in words: nothing pressed and something wrong are two things. */
import type { TFunction } from "i18next";

/** Of the two, those that there were; empty where there were none. */
export function missesText(t: TFunction, noInput: number | undefined, noMatch: number | undefined): string {
  const parts = [
    noInput ? t("misses.noInput", { count: noInput }) : "",
    noMatch ? t("misses.noMatch", { count: noMatch }) : "",
  ];
  return parts.filter(Boolean).join(" · ");
}
