/** The server's resources as functions; each returns what the contract of `/api/v1` says. */
import type { FlowDocument } from "../model/document.ts";
import type { Issue } from "../model/issues.ts";
import { AS_USUAL, withManner, type Manner } from "../model/manner.ts";
import { get, post, postForBlob, put, remove, upload, url } from "./client.ts";
import type * as t from "./types.ts";
import { wholeList } from "./whole-list.ts";

const part = encodeURIComponent;

export const sessionApi = {
  current: () => get<t.Session>("/session"),
  signIn: (name: string, password: string) => post<t.Session>("/session", { name, password }),
  signOut: () => remove("/session"),
  setLocale: (locale: string) => put<unknown>("/session/locale", { locale }),
  setPassword: (old: string, next: string) => put<unknown>("/session/password", { old, new: next }),
};

export const flowsApi = {
  list: (query: t.ListQuery) => get<t.Page<t.FlowItem>>("/flows", { ...query }),
  create: (name: string, document?: FlowDocument) => post<t.Flow>("/flows", document ? { name, document } : { name }),
  open: (id: string) => get<t.Flow>(`/flows/${part(id)}`),
  save: (id: string, document: FlowDocument, revision: number) => put<t.Flow>(`/flows/${part(id)}`, { document, revision }),
  delete: (id: string, revision: number) => remove(`/flows/${part(id)}`, { revision }),
  exportUrl: (id: string) => url(`/flows/${part(id)}/export`),
  import: (document: FlowDocument) => post<t.Flow>("/flows/import", { document }),
  check: (document: FlowDocument) => post<{ readonly issues: readonly Issue[] }>("/check", { document }),
  /** All of them, the newest first. */
  versions: (id: string) =>
    wholeList((query) => get<t.Page<t.Version>>(`/flows/${part(id)}/versions`, { ...query }), { sort: "-number" }),
  version: (id: string, number: number) => get<t.VersionWithDocument>(`/flows/${part(id)}/versions/${number}`),
  publish: (id: string, revision: number, note: string) => post<t.PublishedVersion>(`/flows/${part(id)}/versions`, { revision, note }),
  deleteVersion: (id: string, number: number) => remove(`/flows/${part(id)}/versions/${number}`),
  counts: (id: string, day: string) => get<{ readonly counts: t.Counts; readonly misses: t.Counts }>(`/flows/${part(id)}/counts`, { day }),
};

export interface NumberBinding {
  readonly revision: number;
  readonly flow_id: string | null;
  readonly version: number | null;
  readonly enabled?: boolean;
}

export const numbersApi = {
  list: (query: t.ListQuery) => get<t.Page<t.PhoneNumber>>("/numbers", { ...query }),
  create: (number: string) => post<t.PhoneNumber>("/numbers", { number }),
  traffic: (id: string) => get<{ readonly calls: number; readonly days: number }>(`/numbers/${part(id)}/traffic`),
  bind: (id: string, binding: NumberBinding) => put<t.PhoneNumber>(`/numbers/${part(id)}`, binding),
  delete: (id: string, revision: number) => remove(`/numbers/${part(id)}`, { revision }),
  switch: (id: string) => get<{ readonly effects: readonly t.SwitchEffect[] }>(`/numbers/${part(id)}/switch`),
  setSwitch: (id: string, revision: number, position: t.NumberSwitch) => put<t.PhoneNumber>(`/numbers/${part(id)}/switch`, { revision, switch: position }),
};

export interface DayChange {
  readonly revision: number;
  readonly workday: boolean;
  readonly name: string;
  readonly source: t.DaySource;
}

export const calendarApi = {
  year: (year: number) => get<t.CalendarYear>(`/calendar/${year}`),
  put: (day: string, change: DayChange) => put<t.CalendarYear>(`/calendar/days/${part(day)}`, change),
  remove: (day: string, revision: number) => remove(`/calendar/days/${part(day)}`, { revision }),
  import(file: File, revision: number, source: t.DaySource) {
    const form = new FormData();
    form.set("file", file);
    form.set("revision", String(revision));
    form.set("source", source);
    return upload<t.ImportedDays>("/calendar/import", form, () => undefined);
  },
  exportUrl: (year: number) => url(`/calendar/${year}/export`),
};

export const promptsApi = {
  list: (query: t.ListQuery) => get<t.Page<t.Prompt>>("/prompts", { ...query }),
  upload(file: File, name: string, revision: number | undefined, onProgress: (share: number) => void) {
    const form = new FormData();
    form.set("file", file);
    form.set("name", name);
    if (revision !== undefined) form.set("revision", String(revision));
    return upload<t.Prompt>("/prompts", form, onProgress);
  },
  speak: (body: { name: string; text: string; locale: string; revision?: number | undefined }, manner: Manner) =>
    post<t.Prompt>("/prompts/speak", { ...body, ...manner }),
  preview: (text: string, locale: string, manner: Manner = AS_USUAL) => postForBlob("/prompts/preview", withManner({ text, locale }, manner)),
  audioUrl: (name: string, revision?: number) => url(`/prompts/${part(name)}/audio`, { r: revision }),
  waveform: (name: string) => get<t.Waveform>(`/prompts/${part(name)}/waveform`),
  rename: (name: string, revision: number, next: string) => put<t.Prompt>(`/prompts/${part(name)}`, { revision, name: next }),
  delete: (name: string, revision: number) => remove(`/prompts/${part(name)}`, { revision }),
};

export const speechApi = {
  read: () => get<t.Speech>("/speech"),
  change: (body: { revision: number; chosen: Readonly<Record<string, string>>; speed: number }) => put<t.Speech>("/speech", body),
};

export const extensionsApi = {
  list: (query: t.ListQuery) => get<t.Page<t.Extension>>("/extensions", { ...query }),
  create: (number: string, name: string) => post<t.Extension>("/extensions", { number, name }),
  change: (id: string, body: { revision: number; number?: string; name?: string }) =>
    put<t.Extension>(`/extensions/${part(id)}`, body),
  newSecret: (id: string, revision: number) => post<t.Extension>(`/extensions/${part(id)}/secret`, { revision }),
  delete: (id: string, revision: number) => remove(`/extensions/${part(id)}`, { revision }),
};

export interface CallsQuery extends t.ListQuery {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export const callsApi = {
  list: (query: CallsQuery) => get<t.Page<t.Call>>("/calls", { ...query }),
  open: (id: string) => get<t.CallDetail>(`/calls/${part(id)}`),
  steps: (id: string, page: number, size: number) => get<t.Page<t.CallStep>>(`/calls/${part(id)}/steps`, { page, size }),
  recordingUrl: (id: string) => url(`/recordings/${part(id)}/audio`),
  hangUp: (id: string) => post<unknown>(`/live/calls/${part(id)}/hangup`),
};

export const voicemailsApi = {
  list: (query: t.ListQuery) => get<t.Page<t.Voicemail>>("/voicemails", { ...query }),
  audioUrl: (id: string) => url(`/voicemails/${part(id)}/audio`),
  setHeard: (id: string, revision: number, heard: boolean) =>
    put<t.Voicemail>(`/voicemails/${part(id)}`, { revision, heard }),
  delete: (id: string, revision: number) => remove(`/voicemails/${part(id)}`, { revision }),
};

export const systemApi = {
  schemas: () => get<t.Schemas>("/schemas"),
  resources: () => get<t.Resources>("/resources"),
  status: () => get<t.Status>("/status"),
  notices: () => get<{ readonly notices: readonly t.Notice[] }>("/notices"),
  quotas: () => get<{ readonly quotas: readonly t.Quota[] }>("/quotas"),
};
