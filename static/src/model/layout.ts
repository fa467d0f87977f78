/** What of a flow is seen: all of it, or its beginning. */
import type { CanvasNode } from "./graph.ts";
import type { Size } from "./shapes.ts";

export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** A hundred nodes one after the other are 30,000 pixels. */
export const MIN_ZOOM = 0.02;
const READABLE = 0.5;
const MARGIN = 28;

export type Box = Size & { readonly x: number; readonly y: number };

/** The view that shows all nodes and the other boxes, at most at full size. window: the canvas in pixels; at least one. */
export function wholeView(nodes: readonly CanvasNode[], window: Size, sizeOf: (node: CanvasNode) => Size, others: readonly Box[] = []): View {
  const boxes = [...nodes.map((node) => ({ ...node.position, ...sizeOf(node) })), ...others];
  const left = Math.min(...boxes.map((box) => box.x));
  const top = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  const zoom = Math.max(MIN_ZOOM, Math.min((window.width - 2 * MARGIN) / (right - left), (window.height - 2 * MARGIN) / (bottom - top), 1));
  return { x: window.width / 2 - ((left + right) / 2) * zoom, y: window.height / 2 - ((top + bottom) / 2) * zoom, zoom };
}

/** The view that a flow opens with: all of it while that can be read, else its beginning at the left edge, with no empty room above or below that could show more of it. */
export function openingView(nodes: readonly CanvasNode[], window: Size, sizeOf: (node: CanvasNode) => Size, first?: CanvasNode): View {
  const whole = wholeView(nodes, window, sizeOf);
  const anchor = first ?? nodes[0];
  if (whole.zoom >= READABLE || !anchor) return whole;
  const middle = anchor.position.y + sizeOf(anchor).height / 2;
  const top = Math.min(...nodes.map((node) => node.position.y));
  const bottom = Math.max(...nodes.map((node) => node.position.y + sizeOf(node).height));
  const [lowest, highest] = [MARGIN - top * READABLE, window.height - MARGIN - bottom * READABLE];
  const centred = window.height / 2 - middle * READABLE;
  const y = highest > lowest ? (highest + lowest) / 2 : Math.min(lowest, Math.max(highest, centred));
  return { x: MARGIN - anchor.position.x * READABLE, y, zoom: READABLE };
}
