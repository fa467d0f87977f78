/** One line that sums up a node's settings in words, after its schema's template. */
import { isObject, own, type Config, type Json } from "./document.ts";
import { effective, inLanguage, type NodeSchema, type PropertySchema } from "./schema.ts";
import { rewritten } from "./telephone.ts";

const SEPARATOR = " · ";
const VALUE_KINDS = ["digits", "number", "money", "date"] as const;

/** A prompt item in words: a file's name, a text, or the expression that is read out. */
export function promptText(item: Json): string {
  if (typeof item === "string") return item.replace(/\.wav$/, "");
  if (!isObject(item)) return "";
  if (typeof item["text"] === "string") return `“${item["text"]}”`;
  const kind = VALUE_KINDS.find((name) => item[name] !== undefined);
  return kind ? `{${String(item[kind])}}` : "";
}

function rowText(item: Json, schema: PropertySchema | undefined): string {
  if (!isObject(item)) return String(item);
  const text = (name: string) => (typeof item[name] === "string" ? (item[name] as string) : "");
  const [first, second] = schema?.required ?? [];
  if (text("label")) return text("label");
  if (first === "variable" && second) return `${text(first)} = ${text(second)}`;
  if (text("kind") === "number") return rewritten(text("value"));
  return text("value") || text(second ?? "") || text(first ?? "");
}

function choiceText(value: Json, schema: PropertySchema, language: string): string {
  return inLanguage(own(schema["x-ui"]?.choices, String(value)), language) || String(value);
}

export function valueText(value: Json | undefined, schema: PropertySchema | undefined, language: string): string {
  if (value === undefined || value === null || value === "") return "";
  const join = language.startsWith("zh") ? "、" : ", ";
  if (schema?.["x-ui"]?.widget === "prompt" && Array.isArray(value)) {
    return (value as readonly Json[]).map(promptText).filter(Boolean).join(" + ");
  }
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => rowText(item, schema?.items)).join(join);
  if (isObject(value)) return Object.values(value).map(String).join(join);
  return schema?.["x-ui"]?.choices ? choiceText(value, schema, language) : String(value);
}

/** The filled template; a part between separators is left out when a value it names is empty. */
export function summaryOf(schema: NodeSchema | undefined, config: Config, language: string): string {
  const template = inLanguage(schema?.["x-node"].summary, language);
  const parts = template.split(SEPARATOR).map((part) => {
    let empty = false;
    const text = part.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = valueText(effective(schema, config, name), schema?.properties?.[name], language);
      if (!value) empty = true;
      return value;
    });
    return empty ? "" : text;
  });
  return parts.filter(Boolean).join(SEPARATOR);
}
