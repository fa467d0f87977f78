/** What the server sends, by the page's names for it: all of it from the schema of the API (`contract/api.ts`). */
import type { components } from "../contract/api.ts";
import type { FlowDocument } from "../model/document.ts";

type Schemas = components["schemas"];

/** What a document is goes by its own schema; the server takes and gives drafts with any mistakes in them. */
type Drawn<T> = Omit<T, "document"> & { readonly document: FlowDocument };

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

export type Session = Schemas["SessionOut"];
/** A permission, as the server defines them. */
export type Right = Session["may"][number];

/** What needs the thing that somebody wants to delete or rename. */
export type Use = Schemas["UseOut"];
/** Beside code and message what some refusals say: who saved first, what needs the thing. */
export type ErrorBody = Schemas["ErrorBody"] & Partial<Schemas["StaleBody"]> & Partial<Schemas["InUseBody"]>;

export type FlowItem = Schemas["FlowItem"];
export type Flow = Drawn<Schemas["FlowOut"]>;
export type Version = Schemas["VersionItem"];
/** With the revision of the draft, counted up by publishing, and what the checks warn of. */
export type PublishedVersion = Schemas["PublishedOut"];
export type VersionWithDocument = Drawn<Schemas["VersionOut"]>;
/** By node, then by exit (or by why an attempt was in vain). */
export type Counts = Schemas["CountsOut"]["counts"];

export type PhoneNumber = Schemas["NumberOut"];
export type NumberBinding = Schemas["BindingIn"];
/** A version that answers a number, or has answered it. */
export type Release = Schemas["ReleaseOut"];
export type SwitchEffect = Schemas["SwitchEffect"];
/** How a number's day/night switch stands; `auto`: the calendar decides. */
export type NumberSwitch = PhoneNumber["switch"];

export type CalendarYear = Schemas["YearOut"];
export type CalendarDay = Schemas["DayOut"];
export type DayChange = Schemas["DayIn"];
export type DaySource = NonNullable<DayChange["source"]>;
export type ImportedDays = Schemas["ImportedDaysOut"];
export type Notice = Schemas["NoticeOut"];

export type Prompt = Schemas["PromptOut"];
export type Waveform = Schemas["WaveformOut"];
export type Speech = Schemas["SpeechOut"];
export type TrialIn = Schemas["TrialIn"];
export type MonitorHow = Schemas["MonitorIn"]["how"];
export type Exchange = Schemas["ExchangeOut"];
export type CallingIn = Schemas["CallingIn"];
export type ExchangeIn = Schemas["ExchangeIn"];
export type Voice = Schemas["VoiceOut"];

export type Extension = Schemas["ExtensionOut"];
export type Outside = Schemas["OutsideIn"];
export type Forwarding = Schemas["Forwarding"];
export type Calling = Schemas["CallingOut"];
export type ExtensionWithSecret = Schemas["ExtensionWithSecret"];

export type Group = Schemas["GroupOut"];
export type GroupBody = Schemas["GroupIn"];
export type Strategy = Group["strategy"];

export type Call = Schemas["CallOut"];
export type CallDetail = Schemas["CallDetail"];
export type CallStep = Schemas["StepOut"];
export type CallLeg = Schemas["LegOut"];
export type LiveCall = Schemas["LiveCallOut"];
export type LiveEvents = Schemas["LiveEvents"];
export type Voicemail = Schemas["VoicemailOut"];

export type AuditEntry = Schemas["AuditOut"];

export type Resources = Schemas["ResourcesOut"];
export type Quota = Schemas["QuotaOut"];
