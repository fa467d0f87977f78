/** What the server refuses, and what is no answer of ours, as `ApiError`. */
import type { Issue } from "../model/issues.ts";
import type { ErrorBody } from "./types.ts";

/** The server said no, or could not be reached (`code` "offline", `status` 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly issues: readonly Issue[];
  readonly details: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.name = "ApiError";
    this.status = status;
    this.code = body.code;
    this.issues = body.issues ?? [];
    this.details = body;
  }
}

export function offline(locale: string): ApiError {
  const message =
    locale === "en"
      ? "The server cannot be reached. Nothing was lost here; try again in a moment."
      : "连接不上服务器。这里的内容没有丢，请稍后再试。";
  return new ApiError(0, { code: "offline", message });
}

function bodyOf(value: unknown): ErrorBody | null {
  if (typeof value !== "object" || value === null) return null;
  const error = (value as { error?: unknown }).error;
  if (typeof error !== "object" || error === null) return null;
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof code === "string" && typeof message === "string" ? (error as ErrorBody) : null;
}

/** The error that an answer stands for; an answer without our error shape keeps its HTTP status. */
export function errorFrom(status: number, text: string, locale: string): ApiError {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(text);
  } catch {
    // A proxy's HTML page: the status has to do.
  }
  const body = bodyOf(parsed);
  if (body) return new ApiError(status, body);
  const message = locale === "en" ? `The server answered ${status}. Try again.` : `服务器回复 ${status}，请重试。`;
  return new ApiError(status, { code: `http_${status}`, message });
}
