/** Where wires run, as SVG paths; kept, so that only the wires of nodes that moved are reckoned again. */
import { getSmoothStepPath, Position } from "@xyflow/react";
import type { Counts } from "../api/types.ts";
import { entryPoint, exitPoint } from "../model/geometry.ts";
import type { CanvasEdge, CanvasNode } from "../model/graph.ts";
import { exitRows, trafficShare } from "../store/editor/derived.ts";

/** The shape of every wire, from near and far. */
export const SHAPE = { borderRadius: 10, offset: 18, sourcePosition: Position.Right, targetPosition: Position.Left } as const;

/** One path of the drawing: all ordinary wires of a node together, each other wire alone. */
export interface Stroke {
  readonly key: string;
  readonly d: string;
  readonly selected: boolean;
  /** Of the busiest exit's calls, 0 to 1. */
  readonly share: number;
}

interface Kept {
  readonly from: CanvasNode["position"];
  readonly to: CanvasNode["position"];
  readonly row: number;
  readonly d: string;
}

export class PathsOfWires {
  private kept = new Map<string, Kept>();

  /** Wires whose node or exit is unknown are left out. */
  strokes(nodes: readonly CanvasNode[], edges: readonly CanvasEdge[], counts: Counts | null): Stroke[] {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const kept = new Map<string, Kept>();
    const together = new Map<string, string[]>();
    const alone: Stroke[] = [];
    for (const edge of edges) {
      const [source, target] = [byId.get(edge.source), byId.get(edge.target)];
      if (!source || !target) continue;
      const way = this.way(edge, source, target, edges);
      kept.set(edge.id, way);
      const share = trafficShare(counts, edge.source, edge.sourceHandle ?? "");
      const selected = edge.selected ?? false;
      if (selected || share > 0) alone.push({ key: `wire ${edge.id}`, d: way.d, selected, share });
      else together.set(edge.source, [...(together.get(edge.source) ?? []), way.d]);
    }
    this.kept = kept;
    const ordinary = [...together].map(([id, ways]) => ({ key: `node ${id}`, d: ways.join(""), selected: false, share: 0 }));
    return [...ordinary, ...alone];
  }

  private way(edge: CanvasEdge, source: CanvasNode, target: CanvasNode, edges: readonly CanvasEdge[]): Kept {
    const row = exitRows(source, edges).get(edge.sourceHandle ?? "") ?? 0;
    const before = this.kept.get(edge.id);
    const [from, to] = [source.position, target.position];
    if (before && before.from === from && before.to === to && before.row === row) return before;
    const [start, end] = [exitPoint(from, row), entryPoint(to)];
    const [d] = getSmoothStepPath({ ...SHAPE, sourceX: start.x, sourceY: start.y, targetX: end.x, targetY: end.y });
    return { from, to, row, d };
  }
}
