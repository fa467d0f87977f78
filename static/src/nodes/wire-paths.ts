/** The wires as few SVG paths as can be: those of a node that look alike together. */
import type { Counts } from "../api/types.ts";
import type { CanvasEdge, CanvasNode } from "../model/graph.ts";
import { pathOf } from "../model/routes/path.ts";
import type { Routes } from "../model/routes/router.ts";
import { trafficShare } from "../store/editor/derived.ts";
import { lightOf } from "../store/editor/ways.ts";

/** One path of the drawing: all ordinary wires of a node together, each other wire alone. */
export interface Stroke {
  readonly key: string;
  readonly d: string;
  readonly look: string;
  /** Of the busiest exit's calls, 0 to 1. */
  readonly share: number;
}

/** Wires whose node is unknown are left out. */
export function strokesOf(nodes: readonly CanvasNode[], edges: readonly CanvasEdge[], ways: Routes, counts: Counts | null): Stroke[] {
  const together = new Map<string, string[]>();
  const alone: Stroke[] = [];
  for (const edge of edges) {
    const way = ways.get(edge.id);
    if (!way) continue;
    const share = trafficShare(counts, edge.source, edge.sourceHandle ?? "");
    const look = edge.selected ? "selected" : lightOf(nodes, edge.source, edge.target);
    if (look !== "" || share > 0) alone.push({ key: `wire ${edge.id}`, d: pathOf(way), look, share });
    else together.set(edge.source, [...(together.get(edge.source) ?? []), pathOf(way)]);
  }
  const ordinary = [...together].map(([id, paths]) => ({ key: `node ${id}`, d: paths.join(""), look: "", share: 0 }));
  return [...ordinary, ...alone];
}
