/** The flow document as it is saved (format `zongji.flow/1`), and small helpers over JSON values. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type Config = { readonly [name: string]: Json };

export interface NodeDocument {
  readonly id: string;
  readonly type: string;
  readonly label?: string;
  readonly config?: Config;
  readonly position?: { readonly x: number; readonly y: number };
}

export interface EdgeDocument {
  readonly from: string;
  readonly exit: string;
  readonly to: string;
}

/** A note for colleagues that lies on the canvas. */
export interface NoteDocument {
  readonly id: string;
  readonly text: string;
  readonly position?: { readonly x: number; readonly y: number };
  readonly size?: { readonly width: number; readonly height: number };
}

export type Settings = { readonly [name: string]: Json };
export type Variables = { readonly [name: string]: string | number | boolean };

export interface FlowDocument {
  readonly format: string;
  readonly name: string;
  readonly locale: string;
  readonly settings?: Settings;
  readonly variables?: Variables;
  readonly nodes: readonly NodeDocument[];
  readonly edges: readonly EdgeDocument[];
  readonly notes?: readonly NoteDocument[];
}

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
export function emptyDocument(name: string, locale = "zh-CN"): FlowDocument {
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
