/** A wire: smooth steps, as wide as its share of today's calls. */
import { BaseEdge, getSmoothStepPath, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import type { CanvasEdge } from "../model/graph.ts";
import { trafficShare } from "../store/editor/derived.ts";
import { useEditor } from "../store/editor/index.ts";
import { SHAPE } from "./wire-paths.ts";

const THIN = 1.6;
const THICK = 6;

export const Wire = memo(function Wire(props: EdgeProps<CanvasEdge>) {
  const { id, source, sourceHandleId, sourceX, sourceY, targetX, targetY, markerEnd } = props;
  const share = useEditor((state) => trafficShare(state.counts, source, sourceHandleId ?? ""));
  const [path] = getSmoothStepPath({ ...SHAPE, sourceX, sourceY, targetX, targetY });
  return <BaseEdge id={id} path={path} {...(markerEnd ? { markerEnd } : {})} style={{ strokeWidth: THIN + (THICK - THIN) * share }} interactionWidth={16} />;
});
