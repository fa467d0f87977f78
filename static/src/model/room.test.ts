import { expect, it } from "vitest";
import { freeShift, overlap, type Box } from "./room.ts";

const box = (x: number, y: number): Box => ({ x, y, width: 240, height: 100 });
const shifted = (boxes: readonly Box[], { x, y }: { x: number; y: number }) => boxes.map((one) => ({ ...one, x: one.x + x, y: one.y + y }));

it.each<[string, Box[], Box[], { x: number; y: number } | null]>([
  ["itself", [box(0, 0)], [box(0, 0)], null],
  ["a full neighbourhood", [box(0, 0)], [-1, 0, 1].flatMap((i) => [-1, 0, 1].map((j) => box(i * 280, j * 140))), null],
  ["where it should go", [box(0, 0), box(300, 50)], [box(900, 900)], { x: 1000, y: 950 }],
  ["a flow as large as itself", Array.from({ length: 400 }, (_, i) => box((i % 20) * 300, Math.floor(i / 20) * 150)), Array.from({ length: 400 }, (_, i) => box((i % 20) * 300, Math.floor(i / 20) * 150)), null],
])("lays nothing over %s", (_, boxes, others, near) => {
  const moved = shifted(boxes, freeShift(boxes, others, near));
  expect(moved.some((one) => others.some((other) => overlap(one, other, 0)))).toBe(false);
});

it("stays where it is when that is free", () => {
  expect(freeShift([box(0, 0)], [box(500, 0)], null)).toEqual({ x: 0, y: 0 });
});

it("brings the middle where it is wanted", () => {
  expect(freeShift([box(0, 0)], [], { x: 500, y: 500 })).toEqual({ x: 380, y: 450 });
});
