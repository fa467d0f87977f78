/** The first flow that people see must show at a glance where its wires run. */
import { getSmoothStepPath } from "@xyflow/react";
import { expect, it } from "vitest";
import type { FlowDocument } from "../model/document.ts";
import { exitsOf } from "../model/exits.ts";
import { CARD_WIDTH, entryPoint, estimatedSize, exitPoint } from "../model/geometry.ts";
import type { NodeSchema } from "../model/schema.ts";
import { SHAPE } from "./wire-paths.ts";

const FLOWS = import.meta.glob<FlowDocument>("../../../flows/virtual-switchboard/flow.json", { import: "default", eager: true });
const SCHEMAS = import.meta.glob<NodeSchema>("../../../schemas/nodes/*.json", { import: "default", eager: true });

const { nodes, edges } = Object.values(FLOWS)[0] ?? { nodes: [], edges: [] };
const schemaOf = (type: string) => SCHEMAS[`../../../schemas/nodes/${type}.json`];

const exitsOfNode = (id: string) => {
  const node = nodes.find((one) => one.id === id);
  return node ? exitsOf(schemaOf(node.type), node.config ?? {}, "zh-CN").map((exit) => exit.id) : [];
};
const place = (id: string) => nodes.find((node) => node.id === id)?.position ?? { x: 0, y: 0 };

/** Corners of a wire; the rounding between them is left out. */
function corners(edge: FlowDocument["edges"][number]): [number, number][] {
  const start = exitPoint(place(edge.from), exitsOfNode(edge.from).indexOf(edge.exit));
  const end = entryPoint(place(edge.to));
  const [path] = getSmoothStepPath({ ...SHAPE, borderRadius: 0, sourceX: start.x, sourceY: start.y, targetX: end.x, targetY: end.y });
  return [...path.matchAll(/(-?[\d.]+)[ ,](-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

const MARGIN = 4;

function cardsUnder([x1, y1]: [number, number], [x2, y2]: [number, number]): string[] {
  return nodes
    .filter(({ id }) => {
      const position = place(id);
      const { height } = estimatedSize(exitsOfNode(id).length);
      const beside = Math.max(x1, x2) <= position.x - MARGIN || Math.min(x1, x2) >= position.x + CARD_WIDTH + MARGIN;
      const above = Math.max(y1, y2) <= position.y - MARGIN || Math.min(y1, y2) >= position.y + height + MARGIN;
      return !beside && !above;
    })
    .map((node) => node.id);
}

it("runs no wire of the demo flow through a card", () => {
  const through = edges.flatMap((edge) => {
    const points = corners(edge);
    const cards = points.slice(1).flatMap((point, i) => cardsUnder(points[i] ?? point, point));
    return cards.filter((id) => id !== edge.from && id !== edge.to).map((id) => `${edge.from}:${edge.exit} → ${edge.to} through ${id}`);
  });
  expect(edges.length).toBeGreaterThan(40);
  expect(through).toEqual([]);
});
