/** The exits of a node, read from its schema and its settings. */
import { isObject, type Config, type Json } from "./document.ts";
import { effective, inLanguage, type ExitRule, type NodeSchema } from "./schema.ts";

export interface Exit {
  readonly id: string;
  readonly label: string;
  /** The key to press, for exits that belong to a key. */
  readonly key?: string;
  /** A wire leaves by it although the node has no such exit (any more). */
  readonly gone?: boolean;
  /** It may lead nowhere. */
  readonly optional?: boolean;
}

const KEYPAD = "1234567890*#";

/** Keys as they lie on a telephone: 1 to 9, 0, *, #; anything else after them. */
export function inKeypadOrder(keys: readonly string[]): string[] {
  const rank = (key: string) => {
    const at = KEYPAD.indexOf(key);
    return at < 0 ? KEYPAD.length : at;
  };
  return [...keys].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

function text(value: Json | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function fromObject(entries: { readonly [name: string]: Json }): Exit[] {
  return inKeypadOrder(Object.keys(entries)).map((key) => ({ id: key, label: text(entries[key]), key }));
}

function fromArray(items: readonly Json[], rule: ExitRule): Exit[] {
  const idOf = rule.id ?? "exit";
  const labelOf = typeof rule.label === "string" ? rule.label : "label";
  return items.filter(isObject).map((item, index) => {
    const id = text(item[idOf]) || `${index + 1}`;
    return { id, label: text(item[labelOf]) || id };
  });
}

function isSet(value: Json | undefined): boolean {
  return Boolean(value) && !(Array.isArray(value) && value.length === 0);
}

function byRule(rule: ExitRule, schema: NodeSchema, config: Config, language: string): Exit[] {
  if (rule.if && !isSet(effective(schema, config, rule.if))) return [];
  if (rule.unless && isSet(effective(schema, config, rule.unless))) return [];
  if (!rule.each) return rule.id ? [{ id: rule.id, label: inLanguage(rule.label, language) || rule.id, ...(rule.optional && { optional: true }) }] : [];
  const value = effective(schema, config, rule.each);
  if (Array.isArray(value)) return fromArray(value as readonly Json[], rule);
  return isObject(value) ? fromObject(value) : [];
}

/** Exits in the order of the schema's rules, each id once. A node without a schema has none. */
export function exitsOf(schema: NodeSchema | undefined, config: Config, language: string): Exit[] {
  if (!schema) return [];
  const seen = new Set<string>();
  return schema["x-node"].exits
    .flatMap((rule) => byRule(rule, schema, config, language))
    .filter((exit) => !seen.has(exit.id) && seen.add(exit.id));
}

/** The exits to draw: the node's own, then those that only a wire knows of, so that it can be seen and removed. */
export function withGoneExits(exits: readonly Exit[], wired: readonly string[]): Exit[] {
  const known = new Set(exits.map((exit) => exit.id));
  const gone = wired.filter((id) => id && !known.has(id)).map((id) => ({ id, label: id, gone: true }));
  return [...exits, ...gone];
}

/** The name that a node type gives to one of its fixed exits; "" when the exit comes from settings. */
export function fixedExitLabel(schema: NodeSchema | undefined, exit: string, language: string): string {
  const rule = schema?.["x-node"].exits.find((candidate) => !candidate.each && candidate.id === exit);
  return inLanguage(rule?.label, language);
}
