/**
 * A node seen from far away: a box in its group's colour, as large as the card, with the name as large as fits.
 * Hundreds are in sight then. React Flow's handles would each listen to every movement of the canvas; plain elements
 * in their places are enough for React Flow to know where wires end once one looks from near again.
 */
import type { NodeProps } from "@xyflow/react";
import type { CanvasNode } from "../model/graph.ts";
import { entryPlace, estimatedSize, exitPlace } from "../model/geometry.ts";
import { ENTRY_TYPE } from "../model/schema.ts";
import { LiveDot } from "./live-dot.tsx";
import { useCard } from "./use-card.ts";

interface PlaceProps {
  readonly type: "source" | "target";
  readonly id: string;
  readonly at: { readonly x: number; readonly y: number };
}

/** Found by React Flow by its class and data. */
function Place({ type, id, at }: PlaceProps) {
  return <i className={`handle-place ${type}`} data-handleid={id} data-handlepos={type === "source" ? "right" : "left"} style={{ left: at.x, top: at.y }} />;
}

export function DistantCard({ id, data, selected }: Pick<NodeProps<CanvasNode>, "id" | "data" | "selected">) {
  const { label, exits, className, description } = useCard({ id, data, selected });
  return (
    <div className={`${className} distant`} style={{ height: estimatedSize(exits.length).height }} data-testid={`node-${id}`} role="group" aria-label={description}>
      {data.type !== ENTRY_TYPE && <Place type="target" id="in" at={entryPlace()} />}
      {exits.map((exit, row) => <Place key={exit.id} type="source" id={exit.id} at={exitPlace(row)} />)}
      <span className="card-label">{label}</span>
      <LiveDot node={id} />
    </div>
  );
}
