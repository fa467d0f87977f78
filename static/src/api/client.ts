/** One door to the server: typed by the API's schema, with CSRF header, language, and errors as `ApiError`. */
import createClient, { createFinalURL, defaultPathSerializer, type FetchResponse, type Middleware } from "openapi-fetch";
import type { paths } from "../contract/api.ts";
import { errorFrom, offline, type ApiError } from "./errors.ts";

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

/** What is empty is left out of the address. */
function queryText(query: object): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") parameters.set(name, String(value));
  }
  return parameters.toString();
}

function dressed(headers: Headers, method: string): Headers {
  headers.set("Accept", "application/json");
  headers.set("Accept-Language", connection.locale);
  if (method !== "GET") headers.set("X-CSRF-Token", connection.csrf);
  return headers;
}

function refused(status: number, text: string): ApiError {
  const error = errorFrom(status, text, connection.locale);
  if (error.status === 401 && error.code === "not_signed_in") connection.onSignedOut();
  return error;
}

const manners: Middleware = {
  onRequest: ({ request }) => {
    dressed(request.headers, request.method);
  },
  onResponse: async ({ response }) => {
    if (!response.ok) throw refused(response.status, await response.text());
  },
  onError: () => offline(connection.locale),
};

/** Whatever is refused is thrown as an `ApiError`: see `answered`. */
export const server = createClient<paths>({
  credentials: "same-origin",
  querySerializer: queryText,
  // Looked up for each request: tests put another in its place.
  fetch: (request) => globalThis.fetch(request),
});
server.use(manners);

/** What an operation of the schema answers when it succeeds; undefined where that is nothing. */
type Success<Operation> = Operation extends { readonly responses: infer R } ? { [Status in keyof R & (200 | 201 | 204)]: Json<R[Status]> }[keyof R & (200 | 201 | 204)] : never;
type Json<Response> = Response extends { readonly content: { readonly "application/json": infer T } } ? T : undefined;

/** The data of an answer; what was refused has been thrown before. */
export async function answered<Operation extends object, Init>(answer: Promise<FetchResponse<Operation, Init, `${string}/${string}`>>): Promise<Success<Operation>> {
  // Taken from the schema, for the library's own type does not know arrays that are read only.
  return (await answer).data as Success<Operation>;
}

/** The same for an answer that is read with `parseAs: "blob"`. */
export async function blobOf(answer: Promise<{ readonly data?: Blob }>): Promise<Blob> {
  return (await answer).data as Blob;
}

type Asked = { [P in keyof paths]: paths[P] extends { readonly get: object } ? P : never }[keyof paths];

/** The address of something that the browser itself fetches. */
export function url<P extends Asked>(path: P, params: NonNullable<paths[P]["get"]>["parameters"] | undefined = undefined): string {
  const { path: parts, query } = (params ?? {}) as { path?: Record<string, unknown>; query?: Record<string, unknown> };
  return createFinalURL(path, { baseUrl: "", params: { path: parts ?? {}, query: query ?? {} }, querySerializer: queryText, pathSerializer: defaultPathSerializer });
}

type Form<P extends keyof paths> = NonNullable<paths[P]["post"]> extends { readonly requestBody: { readonly content: { readonly "multipart/form-data": infer B } } } ? B : never;
type Uploads = { [P in keyof paths]: [Form<P>] extends [never] ? never : P }[keyof paths];
/** The fields of a form: as in the schema, with a file where that has its bytes. */
export type Fields<P extends keyof paths> = { readonly [K in keyof Form<P>]: K extends "file" ? File : Form<P>[K] | undefined };

/** Multipart POST with progress from 0 to 1, which `fetch` cannot tell. */
export function upload<P extends Uploads>(path: P, fields: Fields<P>, onProgress: (share: number) => void = () => undefined): Promise<Success<paths[P]["post"]>> {
  const form = new FormData();
  for (const [name, value] of Object.entries<unknown>(fields)) {
    if (value !== undefined && value !== null) form.set(name, value instanceof File ? value : String(value));
  }
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    dressed(new Headers(), "POST").forEach((value, name) => request.setRequestHeader(name, value));
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onerror = () => reject(offline(connection.locale));
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as Success<paths[P]["post"]>);
      else reject(refused(request.status, request.responseText));
    };
    request.send(form);
  });
}
