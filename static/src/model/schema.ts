/** The node schemas (`schemas/nodes/*.json`): what the palette, cards, forms, exits and summaries are made from. */
import { own, type Json } from "./document.ts";

/** A text in the languages of the page; keys are `zh-CN` and `en` (also `zh`, `en-US`). */
/** The one type that calls enter by: nothing leads to it, so its card has no entry. */
export const ENTRY_TYPE = "start";

export type Localised = Readonly<Record<string, string>>;

export interface ExitRule {
  /** A fixed exit's id, or with `each` the item's property that holds the exit id. */
  readonly id?: string;
  readonly label?: Localised | string;
  /** The config property with one exit per entry: an object (key = exit id) or an array of objects. */
  readonly each?: string;
  /** The exit exists only while this config property is true. */
  readonly if?: string;
  /** The exit exists only while this config property is false, null or empty. */
  readonly unless?: string;
  /** It may lead nowhere: then the node does without it. */
  readonly optional?: boolean;
}

export interface NodeMeta {
  readonly type: string;
  readonly group: string;
  readonly icon?: string;
  readonly label: Localised;
  readonly help?: Localised;
  readonly summary?: Localised;
  readonly exits: readonly ExitRule[];
}

export interface UiHint {
  readonly label?: Localised;
  readonly help?: Localised;
  readonly unit?: Localised;
  readonly widget?: string;
  readonly choices?: Readonly<Record<string, Localised>>;
  readonly advanced?: boolean;
}

export interface PropertySchema {
  readonly type?: string | readonly string[];
  readonly default?: Json;
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly items?: PropertySchema;
  readonly properties?: Readonly<Record<string, PropertySchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly PropertySchema[];
  readonly oneOf?: readonly PropertySchema[];
  readonly "x-ui"?: UiHint;
}

export interface NodeSchema extends PropertySchema {
  readonly "x-node": NodeMeta;
}

export type NodeSchemas = Readonly<Record<string, NodeSchema>>;

export const GROUPS = ["voice", "branch", "connect", "data", "end"] as const;
export type Group = (typeof GROUPS)[number];

/** The text in the page's language, else any language, else "". */
export function inLanguage(text: Localised | string | undefined, language: string): string {
  if (text === undefined) return "";
  if (typeof text === "string") return text;
  const short = language.slice(0, 2);
  return text[language] ?? text[short] ?? Object.entries(text).find(([key]) => key.startsWith(short))?.[1] ?? Object.values(text)[0] ?? "";
}

export function groupOf(schema: NodeSchema | undefined): Group {
  const group = schema?.["x-node"].group;
  return GROUPS.find((known) => known === group) ?? "data";
}

/** The schema of a node type; types are what a flow's author wrote. */
export function schemaOf(schemas: NodeSchemas, type: string): NodeSchema | undefined {
  return own(schemas, type);
}

export function typeLabel(schemas: NodeSchemas, type: string, language: string): string {
  return inLanguage(schemaOf(schemas, type)?.["x-node"].label, language) || type;
}

export interface PaletteGroup {
  readonly group: Group;
  readonly types: readonly string[];
}

/** Node types by group in the fixed order of groups; within one the entry first, then as the server sent them. */
export function paletteGroups(schemas: NodeSchemas): PaletteGroup[] {
  return GROUPS.map((group) => ({
    group,
    types: Object.keys(schemas)
      .filter((type) => groupOf(schemas[type]) === group)
      .sort((a, b) => Number(b === ENTRY_TYPE) - Number(a === ENTRY_TYPE)),
  })).filter((entry) => entry.types.length > 0);
}

/** The value of a config property, or the schema's default. */
export function effective(schema: NodeSchema | undefined, config: { readonly [name: string]: Json }, name: string): Json | undefined {
  return own(config, name) ?? schema?.properties?.[name]?.default;
}
