/** Search within a flow: names, types, ids, and everything written in the settings. */
import type { CanvasNode } from "./graph.ts";
import type { Json } from "./document.ts";
import { typeLabel, type NodeSchemas } from "./schema.ts";
import { digitsOf, rewritten } from "./telephone.ts";

export interface Hit {
  readonly id: string;
  readonly label: string;
  readonly where: string;
}

function texts(value: Json): string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(texts);
  if (typeof value === "object" && value !== null) return Object.entries(value).flatMap(([key, entry]) => [key, ...texts(entry)]);
  return [];
}

/** Nodes that contain the words, those whose own name does first. */
export function searchNodes(nodes: readonly CanvasNode[], query: string, schemas: NodeSchemas, language: string): Hit[] {
  const needle = query.trim().toLocaleLowerCase();
  if (!needle) return [];
  const digits = digitsOf(rewritten(query));
  const has = (text: string) =>
    text.toLocaleLowerCase().includes(needle) || (digits !== null && (digitsOf(rewritten(text))?.includes(digits) ?? false));
  const hits = nodes.flatMap((node): (Hit & { rank: number })[] => {
    const type = typeLabel(schemas, node.data.type, language);
    const label = node.data.label || type;
    if (has(label)) return [{ id: node.id, label, where: type, rank: 0 }];
    const inside = texts(node.data.config as Json).find(has);
    if (inside) return [{ id: node.id, label, where: inside, rank: 1 }];
    return has(type) || has(node.id) ? [{ id: node.id, label, where: type, rank: 2 }] : [];
  });
  return hits.sort((a, b) => a.rank - b.rank).map(({ id, label, where }) => ({ id, label, where }));
}
