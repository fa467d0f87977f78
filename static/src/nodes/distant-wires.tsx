/** The wires seen from far away: one drawing, with a path for all of a node's wires that look alike. */
import { memo, useMemo, useRef, type CSSProperties } from "react";
import { useEditor } from "../store/editor/index.ts";
import { PathsOfWires } from "./wire-paths.ts";

export const DistantWires = memo(function DistantWires() {
  const nodes = useEditor((state) => state.nodes);
  const edges = useEditor((state) => state.edges);
  const counts = useEditor((state) => state.counts);
  const paths = useRef<PathsOfWires>(null);
  const strokes = useMemo(() => (paths.current ??= new PathsOfWires()).strokes(nodes, edges, counts), [nodes, edges, counts]);
  return (
    <svg className="distant-wires" aria-hidden="true">
      {strokes.map(({ key, d, selected, share }) => (
        <path key={key} d={d} className={selected ? "selected" : undefined} style={share > 0 ? ({ "--share": share } as CSSProperties) : undefined} />
      ))}
    </svg>
  );
});
