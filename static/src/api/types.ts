/** What the server sends: one interface per resource of `/api/v1`. */
import type { FlowDocument } from "../model/document.ts";
import type { Issue } from "../model/issues.ts";
import type { Localised, NodeSchema } from "../model/schema.ts";

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly page: number;
  readonly size: number;
}

export interface ListQuery {
  readonly page?: number | undefined;
  readonly size?: number | undefined;
  readonly q?: string | undefined;
  readonly sort?: string | undefined;
  /** What else a list can be narrowed by. */
  readonly [filter: string]: string | number | undefined;
}

export interface Session {
  readonly user: { readonly name: string; readonly display_name: string; readonly role: string; readonly locale: string };
  readonly tenant: { readonly name: string; readonly timezone: string };
  readonly csrf: string;
  readonly may: readonly Right[];
}

/** What a role may do: the writes of the API by their endpoints. */
export type Right =
  | "calendar.import_days" | "calendar.put_day" | "calendar.remove_day"
  | "extensions.change" | "extensions.create" | "extensions.delete" | "extensions.renew_secret"
  | "flows.create" | "flows.delete" | "flows.import_flow" | "flows.save"
  | "live.hang_up"
  | "numbers.bind" | "numbers.create" | "numbers.delete" | "numbers.set_switch"
  | "prompts.delete" | "prompts.rename" | "prompts.speak" | "prompts.upload"
  | "versions.delete" | "versions.publish"
  | "voicemails.delete" | "voicemails.set_heard";

/** What needs the thing that somebody wants to delete or rename. */
export interface Use {
  readonly kind: "flow" | "number";
  readonly id: string;
  readonly name: string;
  readonly version: number | null;
  readonly node: string | null;
  readonly label: string;
}

export interface BoundNumber {
  readonly number: string;
  readonly version: number | null;
}

export interface FlowItem {
  readonly id: string;
  readonly name: string;
  readonly revision: number;
  readonly updated_at: string;
  readonly updated_by: string | null;
  readonly latest_version: number | null;
  readonly numbers: readonly BoundNumber[];
}

export interface Flow extends FlowItem {
  readonly document: FlowDocument;
}

export interface Version {
  readonly number: number;
  readonly note: string;
  readonly published_at: string;
  readonly published_by: string | null;
  readonly numbers: readonly (string | BoundNumber)[];
}

export interface PublishedVersion extends Version {
  /** Of the draft, counted up by publishing. */
  readonly revision: number;
  /** What the checks warn of. */
  readonly issues: readonly Issue[];
}

export interface VersionWithDocument extends Version {
  readonly document: FlowDocument;
}

/** By node, then by exit (or by why an attempt was in vain). */
export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface PhoneNumber {
  readonly id: string;
  readonly number: string;
  readonly display: string;
  /** It is the company's; else it was asked for, and answers no calls. */
  readonly given: boolean;
  readonly enabled: boolean;
  readonly revision: number;
  readonly flow: { readonly id: string; readonly name: string } | null;
  readonly version: number | null;
  readonly switch: NumberSwitch;
  readonly switched_by: string | null;
  readonly switched_at: string | null;
}

/** How a number's day/night switch stands; `auto`: the calendar decides. */
export type NumberSwitch = "auto" | "day" | "night";

export interface SwitchEffect {
  readonly node: Localised;
  readonly day: Localised;
  readonly night: Localised;
}

export type DaySource = "notice" | "own";

export interface CalendarDay {
  readonly date: string;
  readonly workday: boolean;
  readonly name: Localised;
  readonly origin: DaySource | "installation" | "announced" | "law";
  readonly updated_by: string | null;
  readonly updated_at: string | null;
}

export interface CalendarYear {
  readonly year: number;
  readonly known: boolean;
  readonly revision: number;
  readonly days: readonly CalendarDay[];
}

export interface ImportedDays {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly kept: number;
  readonly revision: number;
  readonly years: readonly number[];
}

export interface Notice {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: Localised;
  readonly section: string;
}

export type PromptWarning = "silent" | "clipped" | "quiet";

export interface Prompt {
  readonly id: string;
  readonly name: string;
  readonly source: "upload" | "text" | "system";
  readonly locale: string | null;
  readonly text: string | null;
  /** Chosen for the text; null where it is spoken as the company's texts are. */
  readonly voice: string | null;
  readonly speed: number | null;
  readonly seconds: number;
  readonly level_db: number | null;
  readonly warnings: readonly string[];
  readonly revision: number;
  readonly updated_at: string | null;
  readonly updated_by: string | null;
  readonly used_by: readonly string[];
}

export interface Waveform {
  readonly peaks: readonly number[];
  readonly seconds: number;
}

export interface Extension {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly online: boolean;
  /** Contact addresses (RFC 3261 section 20.10) of the telephones that are registered now. */
  readonly contacts: readonly string[];
  readonly revision: number;
  readonly secret?: string;
}

export interface CallFlow {
  readonly id: string;
  readonly name: string;
  readonly version?: number | null;
}

export interface Call {
  readonly id: string;
  readonly caller: string;
  readonly called: string;
  readonly started_at: string;
  readonly answered_at: string | null;
  readonly ended_at: string | null;
  readonly seconds: number | null;
  readonly cause: string | null;
  readonly ended_by: string | null;
  readonly answered_by: string | null;
  readonly flow: CallFlow | null;
}

export interface CallStep {
  readonly at: string;
  readonly node: string;
  readonly type: string;
  readonly label: string | null;
  readonly exit: string | null;
  readonly exit_label: string | null;
  readonly seconds: number | null;
  /** How often the caller pressed nothing there, or something that meant nothing. */
  readonly no_input: number;
  readonly no_match: number;
}

export interface Recording {
  readonly id: string;
  readonly kind: string;
  readonly seconds: number | null;
}

export interface CallDetail extends Call {
  /** The first 100 of ``steps_total``. */
  readonly steps: readonly CallStep[];
  readonly steps_total: number;
  readonly recordings: readonly Recording[];
}

export interface LiveCall {
  readonly id: string;
  readonly caller: string;
  readonly called: string;
  readonly started_at: string;
  readonly flow: CallFlow | null;
  readonly node: string | null;
  readonly node_label: string | null;
}

export interface Voicemail {
  readonly id: string;
  readonly box: string;
  readonly caller: string;
  readonly called: string;
  readonly recorded_at: string;
  readonly seconds: number;
  readonly heard_at: string | null;
  readonly call_id: string | null;
  readonly revision: number;
}

export interface Schemas {
  readonly flow: unknown;
  readonly nodes: Readonly<Record<string, NodeSchema>>;
}

export interface ResourcePrompt {
  readonly name: string;
  readonly source: string;
  readonly seconds: number | null;
}

export interface Resources {
  readonly prompts: readonly ResourcePrompt[];
  readonly extensions: readonly { readonly number: string; readonly name: string }[];
  readonly numbers: readonly unknown[];
  readonly trunks: readonly { readonly name: string }[];
  readonly boxes: readonly unknown[];
  readonly variables_help: unknown;
}

export interface Voice {
  readonly id: string;
  readonly locale: string;
  readonly label: { readonly "zh-CN": string; readonly en: string };
}

/** `why`: why it is espeak-ng that speaks. `chosen`: locale -> voice, where the company chose one. */
export interface Speech {
  readonly engine: "neural" | "espeak";
  readonly why: { readonly "zh-CN": string; readonly en: string } | null;
  readonly voices: readonly Voice[];
  readonly chosen: { readonly [locale: string]: string };
  readonly speed: number;
  readonly revision: number;
}

/** As in /healthz: what works of the runtime. */
export type RuntimeState = "ok" | "mover_dead" | "mover_failing" | "journal_failing" | "journal_dead" | "down";

export interface Status {
  readonly runtime: { readonly alive: boolean; readonly state: RuntimeState; readonly calls: number; readonly version?: string; readonly since?: string | null };
  readonly sip: { readonly addresses: readonly string[] };
  readonly limits: { readonly upload_bytes: number };
}

export interface Quota {
  readonly name: "audio" | "flows" | "documents" | "versions" | "recordings" | "messages";
  readonly used: number;
  readonly most: number;
  readonly unit: "bytes" | "things";
}

export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly issues?: readonly Issue[];
  readonly [name: string]: unknown;
}
