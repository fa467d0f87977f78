/** A wire: where the router found its way, as wide as its share of today's calls. */
import { BaseEdge, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import type { CanvasEdge } from "../model/graph.ts";
import { pathOf } from "../model/routes/path.ts";
import { trafficShare } from "../store/editor/derived.ts";
import { useEditor } from "../store/editor/index.ts";
import { lightOf, waysOf } from "../store/editor/ways.ts";

const THIN = 1.6;
const THICK = 6;

export const Wire = memo(function Wire({ id, source, sourceHandleId, target, markerEnd }: EdgeProps<CanvasEdge>) {
  const share = useEditor((state) => trafficShare(state.counts, source, sourceHandleId ?? ""));
  const way = useEditor((state) => waysOf(state).get(id));
  const light = useEditor((state) => lightOf(state.nodes, source, target));
  if (!way) return null;
  return <BaseEdge id={id} path={pathOf(way)} className={light} {...(markerEnd ? { markerEnd } : {})} style={{ strokeWidth: THIN + (THICK - THIN) * share }} interactionWidth={16} />;
});
