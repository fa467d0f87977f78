/** What a node says and does, as text to compare: where it stands and how its settings are ordered do not count. */
import { isObject, type Config, type FlowDocument, type Json } from "./document.ts";

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name] ?? null)]));
}

export function nodeEssence(node: { readonly type: string; readonly label?: string; readonly config?: Config }): string {
  return JSON.stringify([node.type, node.label ?? "", sorted(node.config ?? {})]);
}

/** Node id -> essence, for a published version. */
export function essences(document: FlowDocument): ReadonlyMap<string, string> {
  return new Map(document.nodes.map((node) => [node.id, nodeEssence(node)]));
}
