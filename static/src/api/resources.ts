/** The server's resources as functions; paths, bodies and answers are those of the API's schema. */
import type { FlowDocument, Locale } from "../model/document.ts";
import { AS_USUAL, withManner, type Manner } from "../model/manner.ts";
import { answered, blobOf, server, upload, url } from "./client.ts";
import type * as t from "./types.ts";
import { wholeList } from "./whole-list.ts";

const { GET, POST, PUT, DELETE } = server;

export const sessionApi = {
  current: () => answered(GET("/api/v1/session")),
  signIn: (name: string, password: string) => answered(POST("/api/v1/session", { body: { name, password } })),
  signOut: () => answered(DELETE("/api/v1/session")),
  setLocale: (locale: "zh-CN" | "en") => answered(PUT("/api/v1/session/locale", { body: { locale } })),
  setPassword: (old: string, next: string) => answered(PUT("/api/v1/session/password", { body: { old, new: next } })),
};

const flow = (id: string) => ({ path: { flow_id: id } });
const version = (id: string, number: number) => ({ path: { flow_id: id, number } });

/** The server keeps any object as a draft; what the page makes of it is seen to when it is opened. */
const drawn = <T extends { readonly document: unknown }>(answer: T) => answer as Omit<T, "document"> & { readonly document: FlowDocument };

export const flowsApi = {
  list: (query: t.ListQuery) => answered(GET("/api/v1/flows", { params: { query } })),
  create: async (name: string, document?: FlowDocument) => drawn(await answered(POST("/api/v1/flows", { body: document ? { name, document } : { name } }))),
  open: async (id: string) => drawn(await answered(GET("/api/v1/flows/{flow_id}", { params: flow(id) }))),
  save: async (id: string, document: FlowDocument, revision: number) =>
    drawn(await answered(PUT("/api/v1/flows/{flow_id}", { params: flow(id), body: { document, revision } }))),
  delete: (id: string, revision: number) => answered(DELETE("/api/v1/flows/{flow_id}", { params: { ...flow(id), query: { revision } } })),
  exportUrl: (id: string) => url("/api/v1/flows/{flow_id}/export", flow(id)),
  import: async (document: FlowDocument) => drawn(await answered(POST("/api/v1/flows/import", { body: { document } }))),
  check: (document: FlowDocument) => answered(POST("/api/v1/check", { body: { document } })),
  /** All of them, the newest first. */
  versions: (id: string) =>
    wholeList((query) => answered(GET("/api/v1/flows/{flow_id}/versions", { params: { ...flow(id), query } })), { sort: "-number" }),
  version: async (id: string, number: number) => drawn(await answered(GET("/api/v1/flows/{flow_id}/versions/{number}", { params: version(id, number) }))),
  tryDraft: (id: string, body: t.TrialIn) => answered(POST("/api/v1/flows/{flow_id}/trial", { params: flow(id), body })),
  publish: (id: string, revision: number, note: string) =>
    answered(POST("/api/v1/flows/{flow_id}/versions", { params: flow(id), body: { revision, note } })),
  deleteVersion: (id: string, number: number) => answered(DELETE("/api/v1/flows/{flow_id}/versions/{number}", { params: version(id, number) })),
  /** version: null for all of them together. */
  counts: (id: string, day: string, version: number | null) =>
    answered(GET("/api/v1/flows/{flow_id}/counts", { params: { ...flow(id), query: version === null ? { day } : { day, version } } })),
};

const number = (id: string) => ({ path: { number_id: id } });

export const numbersApi = {
  list: (query: t.ListQuery) => answered(GET("/api/v1/numbers", { params: { query } })),
  create: (digits: string) => answered(POST("/api/v1/numbers", { body: { number: digits } })),
  traffic: (id: string) => answered(GET("/api/v1/numbers/{number_id}/traffic", { params: number(id) })),
  bind: (id: string, binding: t.NumberBinding) => answered(PUT("/api/v1/numbers/{number_id}", { params: number(id), body: binding })),
  releases: (id: string, query: t.ListQuery) => answered(GET("/api/v1/numbers/{number_id}/releases", { params: { ...number(id), query } })),
  rollBack: (id: string, revision: number) => answered(POST("/api/v1/numbers/{number_id}/rollback", { params: number(id), body: { revision } })),
  delete: (id: string, revision: number) => answered(DELETE("/api/v1/numbers/{number_id}", { params: { ...number(id), query: { revision } } })),
  switch: (id: string) => answered(GET("/api/v1/numbers/{number_id}/switch", { params: number(id) })),
  setSwitch: (id: string, revision: number, position: t.NumberSwitch) =>
    answered(PUT("/api/v1/numbers/{number_id}/switch", { params: number(id), body: { revision, switch: position } })),
};

export const calendarApi = {
  year: (year: number) => answered(GET("/api/v1/calendar/{year}", { params: { path: { year } } })),
  put: (day: string, change: t.DayChange) => answered(PUT("/api/v1/calendar/days/{day}", { params: { path: { day } }, body: change })),
  remove: (day: string, revision: number) => answered(DELETE("/api/v1/calendar/days/{day}", { params: { path: { day }, query: { revision } } })),
  import: (file: File, revision: number, source: t.DaySource) => upload("/api/v1/calendar/import", { file, revision, source }),
  exportUrl: (year: number) => url("/api/v1/calendar/{year}/export", { path: { year } }),
};

const prompt = (name: string) => ({ path: { name } });

export const promptsApi = {
  list: (query: t.ListQuery) => answered(GET("/api/v1/prompts", { params: { query } })),
  upload: (file: File, name: string, revision: number | undefined, onProgress: (share: number) => void) =>
    upload("/api/v1/prompts", { file, name, revision }, onProgress),
  speak: (body: { name: string; text: string; locale: Locale; revision?: number }, manner: Manner) =>
    answered(POST("/api/v1/prompts/speak", { body: { ...body, ...manner } })),
  preview: (text: string, locale: Locale, manner: Manner = AS_USUAL) =>
    blobOf(POST("/api/v1/prompts/preview", { body: { text, locale, ...withManner({}, manner) }, parseAs: "blob" })),
  /** revision: of the prompt, so that the browser plays no older one. */
  audioUrl: (name: string, revision?: number) => {
    const address = url("/api/v1/prompts/{name}/audio", prompt(name));
    return revision === undefined ? address : `${address}?r=${revision}`;
  },
  waveform: (name: string) => answered(GET("/api/v1/prompts/{name}/waveform", { params: prompt(name) })),
  rename: (name: string, revision: number, next: string) =>
    answered(PUT("/api/v1/prompts/{name}", { params: prompt(name), body: { revision, name: next } })),
  delete: (name: string, revision: number) => answered(DELETE("/api/v1/prompts/{name}", { params: { ...prompt(name), query: { revision } } })),
};

export const speechApi = {
  read: () => answered(GET("/api/v1/speech")),
  change: (body: { revision: number; chosen: Readonly<Record<string, string>>; speed: number }) => answered(PUT("/api/v1/speech", { body })),
};

export const callingApi = {
  read: () => answered(GET("/api/v1/calling")),
  change: (body: t.CallingIn) => answered(PUT("/api/v1/calling", { body })),
};

export const exchangeApi = {
  read: () => answered(GET("/api/v1/exchange")),
  change: (body: t.ExchangeIn) => answered(PUT("/api/v1/exchange", { body })),
};

const extension = (id: string) => ({ path: { extension_id: id } });

export const extensionsApi = {
  list: (query: t.ListQuery) => answered(GET("/api/v1/extensions", { params: { query } })),
  create: (body: { number: string; name: string; outside?: t.Outside; forwarding?: t.Forwarding }) => answered(POST("/api/v1/extensions", { body })),
  change: (id: string, body: { revision: number; number?: string; name?: string; outside?: t.Outside; forwarding?: t.Forwarding }) =>
    answered(PUT("/api/v1/extensions/{extension_id}", { params: extension(id), body })),
  newSecret: (id: string, revision: number) => answered(POST("/api/v1/extensions/{extension_id}/secret", { params: extension(id), body: { revision } })),
  delete: (id: string, revision: number) =>
    answered(DELETE("/api/v1/extensions/{extension_id}", { params: { ...extension(id), query: { revision } } })),
};

const group = (id: string) => ({ path: { group_id: id } });

export const groupsApi = {
  list: (query: t.ListQuery) => answered(GET("/api/v1/groups", { params: { query } })),
  create: (body: t.GroupBody) => answered(POST("/api/v1/groups", { body })),
  change: (id: string, revision: number, body: t.GroupBody) => answered(PUT("/api/v1/groups/{group_id}", { params: group(id), body: { revision, ...body } })),
  delete: (id: string, revision: number) => answered(DELETE("/api/v1/groups/{group_id}", { params: { ...group(id), query: { revision } } })),
};

export interface CallsQuery extends t.ListQuery {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const call = (id: string) => ({ path: { call_id: id } });

export const callsApi = {
  list: (query: CallsQuery) => answered(GET("/api/v1/calls", { params: { query } })),
  open: (id: string) => answered(GET("/api/v1/calls/{call_id}", { params: call(id) })),
  steps: (id: string, page: number, size: number) => answered(GET("/api/v1/calls/{call_id}/steps", { params: { ...call(id), query: { page, size } } })),
  recordingUrl: (id: string) => url("/api/v1/recordings/{recording_id}/audio", { path: { recording_id: id } }),
  hangUp: (id: string) => answered(POST("/api/v1/live/calls/{call_id}/hangup", { params: call(id) })),
  place: (from: string, to: string, shown_number: string | null) => answered(POST("/api/v1/live/calls", { body: { from, to, shown_number } })),
  monitor: (id: string, extension: string, how: t.MonitorHow) => answered(POST("/api/v1/live/calls/{call_id}/monitor", { params: call(id), body: { extension, how } })),
  transfer: (id: string, to: string) => answered(POST("/api/v1/live/calls/{call_id}/transfer", { params: call(id), body: { to } })),
};

const voicemail = (id: string) => ({ path: { voicemail_id: id } });

export const voicemailsApi = {
  list: (query: t.ListQuery) => answered(GET("/api/v1/voicemails", { params: { query } })),
  audioUrl: (id: string) => url("/api/v1/voicemails/{voicemail_id}/audio", voicemail(id)),
  setHeard: (id: string, revision: number, heard: boolean) =>
    answered(PUT("/api/v1/voicemails/{voicemail_id}", { params: voicemail(id), body: { revision, heard } })),
  delete: (id: string, revision: number) =>
    answered(DELETE("/api/v1/voicemails/{voicemail_id}", { params: { ...voicemail(id), query: { revision } } })),
};

export interface AuditQuery extends t.ListQuery {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly who?: string | undefined;
  readonly action?: string | undefined;
  readonly object?: string | undefined;
}

export const auditApi = {
  list: (query: AuditQuery) => answered(GET("/api/v1/audit", { params: { query } })),
  actions: () => answered(GET("/api/v1/audit/actions")),
  exportUrl: (query: AuditQuery, locale: "zh-CN" | "en") => url("/api/v1/audit/export", { query: { ...query, locale } }),
};

export const systemApi = {
  schemas: () => answered(GET("/api/v1/schemas")),
  resources: () => answered(GET("/api/v1/resources")),
  status: () => answered(GET("/api/v1/status")),
  notices: () => answered(GET("/api/v1/notices")),
  quotas: () => answered(GET("/api/v1/quotas")),
};
