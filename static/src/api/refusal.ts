/** What the server refused, as words for the field that each is about. */
import { inLanguage } from "../model/schema.ts";
import { ApiError } from "./errors.ts";

export interface Refusal {
  /** Field of the request -> what is wrong with it. */
  readonly fields: Readonly<Record<string, string>>;
  /** What is about no field that is shown; null where every word stands at its field. */
  readonly rest: unknown;
}

/** Share an error out among the fields that are shown. labels: the name of each field as people read it. */
export function refusalOf(error: unknown, labels: Readonly<Record<string, string>>, language: string): Refusal {
  if (!(error instanceof ApiError) || error.issues.length === 0) return { fields: {}, rest: error };
  const fields: Record<string, string> = {};
  let placed = 0;
  for (const { field, message } of error.issues) {
    if (field === null || !(field in labels)) continue;
    placed += 1;
    fields[field] ??= inLanguage(message, language).replaceAll(`“${field}”`, `“${labels[field]}”`);
  }
  return { fields, rest: placed === error.issues.length ? null : error };
}

/** The error in words; one that only counts what is wrong gives way to what is wrong. */
export function messageOf(error: unknown, language: string): string {
  if (error instanceof ApiError && error.code === "invalid" && error.issues.length > 0) {
    return [...new Set(error.issues.map((issue) => inLanguage(issue.message, language)))].join(language === "en" ? "; " : "；");
  }
  return error instanceof Error ? error.message : String(error);
}
