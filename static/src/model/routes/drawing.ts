/** Cards and wires of a flow as boxes and points. */
import { entryPoint, exitPoint } from "../geometry.ts";
import type { Size } from "../shapes.ts";
import type { CanvasEdge, CanvasNode } from "../graph.ts";
import type { Box, Ends } from "./runs.ts";

export interface Drawing {
  readonly cards: ReadonlyMap<string, Box>;
  readonly wires: readonly Ends[];
}

/** rowOf: in which row of its source's card a wire begins. Wires whose node is gone are left out. */
export function drawingOf(
  nodes: readonly CanvasNode[],
  edges: readonly CanvasEdge[],
  sizeOf: (node: CanvasNode) => Size,
  rowOf: (source: CanvasNode, exit: string) => number,
): Drawing {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const cards = new Map(nodes.map((node) => [node.id, { ...sizeOf(node), x: node.position.x, y: node.position.y }]));
  const wires = edges.flatMap((edge): Ends[] => {
    const [source, target] = [byId.get(edge.source), byId.get(edge.target)];
    if (!source || !target) return [];
    const row = rowOf(source, edge.sourceHandle ?? "");
    return [{ id: edge.id, target: target.id, start: exitPoint(source.position, row), end: entryPoint(target.position) }];
  });
  return { cards, wires };
}
