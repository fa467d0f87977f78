/** Where things lie on a card before the browser has measured it; in step with `.card` in editor.css. */
import type { NodeHandle, Position } from "@xyflow/react";
import type { CanvasNode } from "./graph.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const CARD_WIDTH = 240;
const HEAD_HEIGHT = 54;
const ROW_HEIGHT = 26;
const FOOT_HEIGHT = 5;
const HANDLE = 11;
const ENTRY = { x: 4, y: 23 };

export function estimatedSize(exits: number): Size {
  return { width: CARD_WIDTH, height: HEAD_HEIGHT + exits * ROW_HEIGHT + FOOT_HEIGHT };
}

function handle(id: string, type: "source" | "target", position: string, x: number, y: number): NodeHandle {
  return { id, type, position: position as Position, x: x - HANDLE / 2, y: y - HANDLE / 2, width: HANDLE, height: HANDLE };
}

/** The node with its size and handles foretold, so that a canvas of many need not draw those out of sight to know them. */
export function foretold(node: CanvasNode, exits: readonly string[]): CanvasNode {
  const { width, height } = estimatedSize(exits.length);
  const rows = exits.map((id, row) => handle(id, "source", "right", CARD_WIDTH - 1, HEAD_HEIGHT + (row + 0.5) * ROW_HEIGHT));
  return { ...node, initialWidth: width, initialHeight: height, handles: [handle("in", "target", "left", ENTRY.x, ENTRY.y), ...rows] };
}

/** The node as the browser has measured it: what was foretold no longer counts. */
export function measured(node: CanvasNode): CanvasNode {
  if (!node.handles) return node;
  const { handles: _handles, ...rest } = node;
  return rest;
}
