/** Places for nodes that have none: in rows below all others, none over another. */
import type { Size } from "./shapes.ts";
import type { CanvasNode } from "./graph.ts";

const COLUMNS = 5;
const GAP = 80;

export function placeMissing(nodes: readonly CanvasNode[], missing: ReadonlySet<string>, sizeOf: (node: CanvasNode) => Size): CanvasNode[] {
  const placed = nodes.filter((node) => !missing.has(node.id));
  let top = placed.length > 0 ? Math.max(...placed.map((node) => node.position.y + sizeOf(node).height)) + GAP : 0;
  let [column, below] = [0, top];
  return nodes.map((node) => {
    if (!missing.has(node.id)) return node;
    if (column === COLUMNS) [column, top] = [0, below];
    const { width, height } = sizeOf(node);
    const position = { x: column * (width + GAP), y: top };
    column++;
    below = Math.max(below, top + height + GAP);
    return { ...node, position };
  });
}
