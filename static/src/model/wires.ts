/** Rules of wires: one per exit, never from a node to itself nor to where calls enter, none from an exit that is gone. */
import { own } from "./document.ts";
import { ENTRY_TYPE } from "./schema.ts";
import { wire, type CanvasEdge, type CanvasNode, type Graph } from "./graph.ts";

export interface Ends {
  readonly source: string;
  readonly sourceHandle?: string | null | undefined;
  readonly target: string;
}

/** Whether a wire may be drawn here. A wire from an exit that has one already takes its place (see `connect`). */
export function mayConnect(ends: Ends, nodes: readonly CanvasNode[]): boolean {
  if (!ends.sourceHandle || ends.source === ends.target) return false;
  return nodes.some((node) => node.id === ends.source) && nodes.some((node) => node.id === ends.target && node.data.type !== ENTRY_TYPE);
}

/** Connect an exit. An exit names exactly one next step, so an earlier wire of the same exit goes. */
export function connect(edges: readonly CanvasEdge[], ends: Ends): CanvasEdge[] {
  const exit = ends.sourceHandle ?? "next";
  const others = edges.filter((edge) => !(edge.source === ends.source && edge.sourceHandle === exit));
  return [...others, wire(ends.source, exit, ends.target)];
}

export function disconnect(edges: readonly CanvasEdge[], source: string, exit: string): CanvasEdge[] {
  return edges.filter((edge) => !(edge.source === source && edge.sourceHandle === exit));
}

/**
 * Wires of a node after its settings changed: renamed exits keep theirs, vanished exits lose theirs, and an exit that becomes one
 * with another takes its wire along only where the other has none.
 * Wires of exits that were unknown before stay too: they are an issue to show, not ours to tidy away.
 */
export function keepWires(
  edges: readonly CanvasEdge[],
  source: string,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
  renamed: Readonly<Record<string, string>> = {},
): CanvasEdge[] {
  const wiredBefore = new Set(edges.filter((edge) => edge.source === source).map((edge) => edge.sourceHandle));
  return edges.flatMap((edge) => {
    if (edge.source !== source) return [edge];
    const exit = own(renamed, edge.sourceHandle ?? "") ?? edge.sourceHandle ?? "";
    if (exit !== edge.sourceHandle && wiredBefore.has(exit)) return [];
    if (before.has(edge.sourceHandle ?? "") && !after.has(exit)) return [];
    return exit === edge.sourceHandle ? [edge] : [wire(source, exit, edge.target)];
  });
}

/** The graph without these nodes and wires, and without the wires that hung on the nodes. */
export function without(graph: Graph, nodeIds: ReadonlySet<string>, edgeIds: ReadonlySet<string>): Graph {
  return {
    nodes: graph.nodes.filter((node) => !nodeIds.has(node.id)),
    edges: graph.edges.filter((edge) => !edgeIds.has(edge.id) && !nodeIds.has(edge.source) && !nodeIds.has(edge.target)),
  };
}
