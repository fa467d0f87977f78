/** Where things lie on a card before the browser has measured it; in step with `.card` in editor.css. */
import type { NodeHandle, Position } from "@xyflow/react";
import type { CanvasNode } from "./graph.ts";
import type { Point, Size } from "./shapes.ts";

export const CARD_WIDTH = 240;
const HEAD_HEIGHT = 54;
const ROW_HEIGHT = 26;
/** From the top of an exit's row, with the line above it, to the middle of its handle. */
const ROW_MIDDLE = 13.5;
const FOOT_HEIGHT = 5;
const HANDLE = 11;
const ENTRY = { x: 4, y: 23 };

export function estimatedSize(exits: number): Size {
  return { width: CARD_WIDTH, height: HEAD_HEIGHT + exits * ROW_HEIGHT + FOOT_HEIGHT };
}

/** The middle of the entry's handle on the card. */
export function entryPlace(): { x: number; y: number } {
  return { ...ENTRY };
}

/** The middle of an exit's handle on the card. */
export function exitPlace(row: number): { x: number; y: number } {
  return { x: CARD_WIDTH - 1, y: HEAD_HEIGHT + row * ROW_HEIGHT + ROW_MIDDLE };
}

/** Where a wire ends that leads to the node: at the outer side of its entry's handle. */
export function entryPoint(position: Point): { x: number; y: number } {
  return { x: position.x + ENTRY.x - HANDLE / 2, y: position.y + ENTRY.y };
}

/** Where a wire begins that leaves the node in this row. */
export function exitPoint(position: Point, row: number): { x: number; y: number } {
  const { x, y } = exitPlace(row);
  return { x: position.x + x + HANDLE / 2, y: position.y + y };
}

function handle(id: string, type: "source" | "target", position: string, x: number, y: number): NodeHandle {
  return { id, type, position: position as Position, x: x - HANDLE / 2, y: y - HANDLE / 2, width: HANDLE, height: HANDLE };
}

/** The node with its size and handles foretold, so that a canvas of many need not draw those out of sight to know them. */
export function foretold(node: CanvasNode, exits: readonly string[]): CanvasNode {
  const { width, height } = estimatedSize(exits.length);
  const rows = exits.map((id, row) => handle(id, "source", "right", exitPlace(row).x, exitPlace(row).y));
  return { ...node, initialWidth: width, initialHeight: height, handles: [handle("in", "target", "left", ENTRY.x, ENTRY.y), ...rows] };
}

/** The node as the browser has measured it: what was foretold no longer counts. */
export function measured(node: CanvasNode): CanvasNode {
  if (!node.handles) return node;
  const { handles: _handles, ...rest } = node;
  return rest;
}

const GROUND_STEP = 20_000;

/** `left top right bottom` of a place with all nodes and much room around, coarse, so that it seldom changes. */
export function groundOf(nodes: readonly CanvasNode[]): string {
  let [left, top, right, bottom] = [0, 0, 0, 0];
  for (const { position } of nodes) {
    left = Math.min(left, position.x);
    top = Math.min(top, position.y);
    right = Math.max(right, position.x);
    bottom = Math.max(bottom, position.y);
  }
  const down = (value: number) => (Math.floor(value / GROUND_STEP) - 1) * GROUND_STEP;
  const up = (value: number) => (Math.ceil(value / GROUND_STEP) + 1) * GROUND_STEP;
  return [down(left), down(top), up(right), up(bottom)].join(" ");
}
