/** One door to the server: JSON in and out, CSRF header, language, and errors as `ApiError`. */
import type { Issue } from "../model/issues.ts";
import type { ErrorBody } from "./types.ts";

export const BASE = "/api/v1";

/** The server said no, or could not be reached (`code` "offline", `status` 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly issues: readonly Issue[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.name = "ApiError";
    this.status = status;
    this.code = body.code;
    this.issues = body.issues ?? [];
    this.details = body;
  }
}

type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

interface Connection {
  csrf: string;
  locale: string;
  onSignedOut: () => void;
}

const connection: Connection = { csrf: "", locale: "zh-CN", onSignedOut: () => undefined };

/** Set what goes along with every request; called when a session begins or the language changes. */
export function configure(change: Partial<Connection>): void {
  Object.assign(connection, change);
}

export function url(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return `${BASE}${path}${text ? `?${text}` : ""}`;
}

function headers(method: string, json: boolean): Headers {
  const result = new Headers({ Accept: "application/json", "Accept-Language": connection.locale });
  if (json) result.set("Content-Type", "application/json");
  if (method !== "GET") result.set("X-CSRF-Token", connection.csrf);
  return result;
}

function offline(): ApiError {
  const message =
    connection.locale === "en"
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
export function errorFrom(status: number, text: string): ApiError {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(text);
  } catch {
    // A proxy's HTML page: the status has to do.
  }
  const body = bodyOf(parsed);
  if (body) return new ApiError(status, body);
  const message = connection.locale === "en" ? `The server answered ${status}. Try again.` : `服务器回复 ${status}，请重试。`;
  return new ApiError(status, { code: `http_${status}`, message });
}

function signedOut(error: ApiError): void {
  if (error.status === 401 && error.code === "not_signed_in") connection.onSignedOut();
}

async function send(method: string, path: string, query: Query, body: BodyInit | null, json: boolean): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url(path, query), { method, headers: headers(method, json), body, credentials: "same-origin" });
  } catch {
    throw offline();
  }
  if (response.ok) return response;
  const error = errorFrom(response.status, await response.text());
  signedOut(error);
  throw error;
}

async function parsed<T>(response: Response): Promise<T> {
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export async function get<T>(path: string, query: Query = {}): Promise<T> {
  return parsed<T>(await send("GET", path, query, null, false));
}

export async function post<T>(path: string, body: unknown = {}): Promise<T> {
  return parsed<T>(await send("POST", path, {}, JSON.stringify(body), true));
}

export async function put<T>(path: string, body: unknown): Promise<T> {
  return parsed<T>(await send("PUT", path, {}, JSON.stringify(body), true));
}

export async function remove(path: string, query: Query = {}): Promise<void> {
  await send("DELETE", path, query, null, false);
}

/** POST that answers with audio. */
export async function postForBlob(path: string, body: unknown): Promise<Blob> {
  return (await send("POST", path, {}, JSON.stringify(body), true)).blob();
}

/** Multipart POST with progress from 0 to 1, which `fetch` cannot tell. */
export function upload<T>(path: string, form: FormData, onProgress: (share: number) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url(path));
    headers("POST", false).forEach((value, name) => request.setRequestHeader(name, value));
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onerror = () => reject(offline());
    request.onload = () => {
      if (request.status < 300) {
        resolve((request.responseText ? JSON.parse(request.responseText) : undefined) as T);
        return;
      }
      const error = errorFrom(request.status, request.responseText);
      signedOut(error);
      reject(error);
    };
    request.send(form);
  });
}
