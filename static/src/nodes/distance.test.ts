import { expect, test } from "vitest";
import { MIN_ZOOM } from "../model/layout.ts";
import { distantWire, FAR } from "./distance.ts";

test("a wire is about a pixel broad on the screen from however far away, and changes in few steps", () => {
  const widths = new Set<number>();
  for (let zoom = FAR; zoom >= MIN_ZOOM; zoom *= 0.97) {
    widths.add(distantWire(zoom));
    expect(distantWire(zoom) * zoom).toBeGreaterThan(0.55);
    expect(distantWire(zoom) * zoom).toBeLessThanOrEqual(1.21);
  }
  expect(widths.size).toBeLessThan(8);
});
