/** The flow document as it is saved (format `zongji.flow/1`), and small helpers over JSON values. */
import type { components } from "../contract/api.ts";

type Schemas = components["schemas"];

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type Config = { readonly [name: string]: Json };

/** A node. Its config, as the flow's settings, is edited by forms that know no names: any value may stand there. */
export type NodeDocument = Omit<Schemas["FlowNode"], "config"> & { readonly config?: Config };
export type EdgeDocument = Schemas["FlowEdge"];
/** A note for colleagues that lies on the canvas. */
export type NoteDocument = Schemas["FlowNote"];
export type Settings = { readonly [name: string]: Json };
export type Variables = NonNullable<Schemas["FlowDocument"]["variables"]>;
export type FlowDocument = Omit<Schemas["FlowDocument"], "nodes" | "settings"> & { readonly nodes: readonly NodeDocument[]; readonly settings?: Settings };
/** A language that callers can be spoken to in. */
export type Locale = NonNullable<FlowDocument["locale"]>;

export const FLOW_FORMAT = "zongji.flow/1";

export function isObject(value: unknown): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands under a name that people chose, such as `constructor`: nothing that every object has counts. */
export function own<T>(values: { readonly [name: string]: T } | null | undefined, name: string): T | undefined {
  return values && Object.hasOwn(values, name) ? values[name] : undefined;
}

/** Whether a parsed file looks enough like a flow to be sent to the server, which judges the rest. */
export function looksLikeFlow(value: unknown): value is FlowDocument {
  return (
    isObject(value) &&
    typeof value["format"] === "string" &&
    value["format"].startsWith("zongji.flow/") &&
    Array.isArray(value["nodes"]) &&
    Array.isArray(value["edges"])
  );
}

/** A document for a flow that somebody is about to draw. */
export function emptyDocument(name: string, locale: Locale = "zh-CN"): FlowDocument {
  return { format: FLOW_FORMAT, name, locale, settings: {}, variables: {}, nodes: [], edges: [] };
}

/** The name, or one like it that nobody has: `Menu`, `Menu 2`, `Menu 3` ... */
export function freshName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const stem = name.replace(/ \d+$/, "");
  for (let n = 2; ; n++) if (!taken.has(`${stem} ${n}`)) return `${stem} ${n}`;
}

/** A new id that tells what the node is: `menu`, `menu_2`, `menu_3` ... */
export function freshId(stem: string, taken: ReadonlySet<string>): string {
  if (!taken.has(stem)) return stem;
  for (let n = 2; ; n++) {
    const id = `${stem}_${n}`;
    if (!taken.has(id)) return id;
  }
}
