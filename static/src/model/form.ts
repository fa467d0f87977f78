/** Forms made from a schema: the fields, their texts, and what a value may be. */
import { isObject, own, type Json } from "./document.ts";
import { inLanguage, type ExitRule, type NodeSchema, type PropertySchema } from "./schema.ts";

export interface Choice {
  readonly value: Json;
  readonly label: string;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly unit: string;
  readonly widget: string;
  readonly advanced: boolean;
  readonly required: boolean;
  readonly default: Json | undefined;
  readonly choices: readonly Choice[];
  readonly schema: PropertySchema;
}

const LISTS = new Set(["periods", "cases", "assignments", "targets"]);

function typeOf(schema: PropertySchema): string {
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  return types.find((type) => type !== "null") ?? "string";
}

/** The editor to use: the schema's hint, refined by the value's type where one word serves two shapes. */
export function widgetOf(schema: PropertySchema): string {
  const hint = schema["x-ui"]?.widget;
  const type = typeOf(schema);
  if (hint && LISTS.has(hint)) return "rows";
  if (type === "array" && hint === "choice") return "choices";
  if (type === "array" && hint === "text") return "tags";
  if (hint) return hint;
  if (type === "array" && schema.items?.properties) return "rows";
  return { boolean: "boolean", integer: "integer", number: "integer", array: "tags" }[type] ?? "text";
}

function choicesOf(schema: PropertySchema, language: string): Choice[] {
  const named = schema["x-ui"]?.choices ?? {};
  const values = (schema.enum ?? schema.items?.enum ?? Object.keys(named)) as readonly Json[];
  return values.map((value) => ({ value, label: inLanguage(own(named, String(value)), language) || String(value) }));
}

function fieldOf(name: string, schema: PropertySchema, required: boolean, language: string): Field {
  const ui = schema["x-ui"];
  return {
    name,
    label: inLanguage(ui?.label, language) || name,
    help: inLanguage(ui?.help, language),
    unit: inLanguage(ui?.unit, language),
    widget: widgetOf(schema),
    advanced: ui?.advanced ?? false,
    required,
    default: schema.default as Json | undefined,
    choices: choicesOf(schema, language),
    schema,
  };
}

export function fieldsOf(schema: PropertySchema | undefined, language: string): Field[] {
  const required = new Set(schema?.required ?? []);
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => fieldOf(name, property, required.has(name), language));
}

/** The property of a list's items that names an exit (`exit`), or null when the list makes no exits. */
export function exitProperty(schema: NodeSchema | undefined, list: string): string | null {
  const rule = schema?.["x-node"].exits.find((candidate: ExitRule) => candidate.each === list && candidate.id);
  return rule?.id ?? null;
}

/** A new value, or how it comes from the one that is there then: what takes its time, such as an upload, finds others' changes. */
export type Change = Json | undefined | ((now: Json | undefined) => Json | undefined);

export function changedValue(change: Change, now: Json | undefined): Json | undefined {
  return typeof change === "function" ? change(now) : change;
}

/** The config with a value set, or without it when the value is undefined. */
export function withValue<T extends { readonly [name: string]: Json }>(config: T, name: string, value: Json | undefined): T {
  const others = Object.entries(config).filter(([key]) => key !== name);
  if (value === undefined) return Object.fromEntries(others) as T;
  return { ...config, [name]: value };
}

/** The config in which settings that name an exit go on naming it under its new id. */
export function withRenamedExits<T extends { readonly [name: string]: Json }>(config: T, schema: PropertySchema | undefined, renamed: Readonly<Record<string, string>>): T {
  const naming = Object.entries(schema?.properties ?? {}).filter(([, property]) => property["x-ui"]?.widget === "exit");
  return naming.reduce((changed, [name]) => {
    const old = own(changed, name);
    const fresh = typeof old === "string" ? own(renamed, old) : undefined;
    return fresh === undefined ? changed : withValue(changed, name, fresh);
  }, config);
}

/**
 * Exit ids that changed between two lists of the same length: old id -> new id, where nothing else uses the old one. The new one
 * may be another exit's: the two are one then.
 */
export function renamedExits(before: Json | undefined, after: Json | undefined, property: string): Record<string, string> {
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return {};
  const idsOf = (list: readonly Json[]) => list.map((item) => (isObject(item) ? String(item[property] ?? "") : ""));
  const [old, fresh] = [idsOf(before as readonly Json[]), idsOf(after as readonly Json[])];
  const moved = old.map((id, index) => [id, fresh[index] ?? ""] as const).filter(([id, next]) => id !== next);
  return Object.fromEntries(moved.filter(([id, next]) => id && next && !fresh.includes(id)));
}
