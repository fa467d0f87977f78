/** The node schemas (`schemas/nodes/*.json`): what the palette, cards, forms, exits and summaries are made from. */
import type { components } from "../contract/api.ts";
import { own, type Json } from "./document.ts";

/** The one type that calls enter by: nothing leads to it, so its card has no entry. */
export const ENTRY_TYPE = "start";

type Schemas = components["schemas"];

/** A text in the languages of the page. */
export type Localised = Schemas["Message"];
export type ExitRule = Schemas["ExitRule"];
export type UiHint = Schemas["UiHint"];
export type PropertySchema = Schemas["PropertySchema"];
export type NodeSchema = Schemas["NodeSchema"];
export type NodeSchemas = Readonly<Record<string, NodeSchema>>;

export type Group = NodeSchema["x-node"]["group"];
export const GROUPS: readonly Group[] = ["voice", "branch", "connect", "data", "end"];

/** The text in the page's language. */
export function inLanguage(text: Localised | string | undefined, language: string): string {
  if (text === undefined || typeof text === "string") return text ?? "";
  return text[language.startsWith("en") ? "en" : "zh-CN"];
}

export function groupOf(schema: NodeSchema | undefined): Group {
  return schema?.["x-node"].group ?? "data";
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
  return own(config, name) ?? (schema?.properties?.[name]?.default as Json | undefined);
}
