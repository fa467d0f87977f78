/** Automatic layout from left to right. */
import { Graph as DagreGraph, layout as runDagre } from "@dagrejs/dagre";
import type { CanvasEdge, CanvasNode } from "./canvas.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const CARD_WIDTH = 240;
const HEAD_HEIGHT = 62;
const ROW_HEIGHT = 26;

/** The size of a card with so many exits, before the browser has measured it. */
export function estimatedSize(exits: number): Size {
  return { width: CARD_WIDTH, height: HEAD_HEIGHT + exits * ROW_HEIGHT };
}

/** The nodes with new positions. Wires to nodes that are gone are ignored. */
export function layOut(nodes: readonly CanvasNode[], edges: readonly CanvasEdge[], sizeOf: (node: CanvasNode) => Size): CanvasNode[] {
  const graph = new DagreGraph();
  graph.setGraph({ rankdir: "LR", nodesep: 36, ranksep: 90, marginx: 20, marginy: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  const ids = new Set(nodes.map((node) => node.id));
  for (const node of nodes) graph.setNode(node.id, { ...sizeOf(node) });
  for (const edge of edges) {
    if (ids.has(edge.source) && ids.has(edge.target)) graph.setEdge(edge.source, edge.target);
  }
  runDagre(graph);
  return nodes.map((node) => {
    const centre = graph.node(node.id) as Size & { x: number; y: number };
    const position = { x: Math.round(centre.x - centre.width / 2), y: Math.round(centre.y - centre.height / 2) };
    return { ...node, position };
  });
}
