/** Figures derived from the drawing, computed once per change and shared by all cards and wires. */
import type { Counts } from "../../api/types.ts";
import { own } from "../../model/document.ts";
import type { CanvasEdge, CanvasNode } from "../../model/graph.ts";
import { schemaOf, type NodeSchema } from "../../model/schema.ts";
import { exitsOf, withGoneExits } from "../../model/exits.ts";
import { estimatedSize } from "../../model/geometry.ts";
import type { Size } from "../../model/shapes.ts";
import { useCatalog } from "../catalog.ts";

/** From so many nodes on, only those in sight are drawn. */
export const MANY_NODES = 40;
/** From so many on, that holds when one looks from far away, too. */
export const VERY_MANY_NODES = 600;

const idsOf = new WeakMap<CanvasNode["data"], { readonly schema: NodeSchema | undefined; readonly ids: ReadonlySet<string> }>();

/** The exits that a node has by its schema and settings; reckoned once per change. */
export function exitIds({ data }: CanvasNode): ReadonlySet<string> {
  const schema = schemaOf(useCatalog.getState().schemas, data.type);
  const known = idsOf.get(data);
  if (known && known.schema === schema) return known.ids;
  const ids = new Set(exitsOf(schema, data.config, "en").map((exit) => exit.id));
  idsOf.set(data, { schema, ids });
  return ids;
}

/** As measured by the browser, or as it will be. */
export function sizeOf(node: CanvasNode): Size {
  const { width, height } = node.measured ?? {};
  return width && height ? { width, height } : estimatedSize(exitIds(node).size);
}

/** The one node that is selected; null where none or several are. */
export function onlySelected({ nodes }: { readonly nodes: readonly CanvasNode[] }): string | null {
  const ids = nodes.filter((node) => node.selected).map((node) => node.id);
  return ids.length === 1 ? (ids[0] ?? null) : null;
}

const NONE = "";
let wiredOf: readonly CanvasEdge[] = [];
let wired = new Map<string, string>();

function collect(edges: readonly CanvasEdge[]): Map<string, string> {
  const map = new Map<string, string>();
  for (const edge of edges) map.set(edge.source, `${map.get(edge.source) ?? "|"}${edge.sourceHandle ?? ""}|`);
  return map;
}

/** The exits of a node that have a wire, as `|1|2|no_input|`: a string, so that it compares by value. */
export function wiredExits(edges: readonly CanvasEdge[], node: string): string {
  if (edges !== wiredOf) {
    wiredOf = edges;
    wired = collect(edges);
  }
  return wired.get(node) ?? NONE;
}

const rows = new WeakMap<CanvasNode["data"], { readonly wired: string; readonly rows: ReadonlyMap<string, number> }>();

/** In which row of its card each exit of a node lies, those that only a wire knows of last; reckoned once per change. */
export function exitRows(node: CanvasNode, edges: readonly CanvasEdge[]): ReadonlyMap<string, number> {
  const wired = wiredExits(edges, node.id);
  const known = rows.get(node.data);
  if (known?.wired === wired) return known.rows;
  const schema = schemaOf(useCatalog.getState().schemas, node.data.type);
  const exits = withGoneExits(exitsOf(schema, node.data.config, "en"), wired.split("|"));
  const result = new Map(exits.map((exit, row) => [exit.id, row]));
  rows.set(node.data, { wired, rows: result });
  return result;
}

/** A wire is not made thick by a handful of calls. */
const FEW_CALLS = 20;

let countsOf: Counts | null = null;
let most = 0;

/** What part of the busiest exit's calls left by this one, 0 to 1; 0 without figures. */
export function trafficShare(counts: Counts | null, node: string, exit: string): number {
  if (!counts) return 0;
  if (counts !== countsOf) {
    countsOf = counts;
    most = Math.max(FEW_CALLS, ...Object.values(counts).flatMap((exits) => Object.values(exits)));
  }
  return (own(own(counts, node), exit) ?? 0) / most;
}
