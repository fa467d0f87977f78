/** The wires seen from far away: one drawing, with a path for all of a node's wires that look alike. */
import { memo, useMemo, type CSSProperties } from "react";
import { useEditor } from "../store/editor/index.ts";
import { waysOf } from "../store/editor/ways.ts";
import { strokesOf } from "./wire-paths.ts";

export const DistantWires = memo(function DistantWires() {
  const nodes = useEditor((state) => state.nodes);
  const edges = useEditor((state) => state.edges);
  const counts = useEditor((state) => state.counts);
  const ways = useEditor(waysOf);
  const strokes = useMemo(() => strokesOf(nodes, edges, ways, counts), [nodes, edges, ways, counts]);
  return (
    <svg className="distant-wires" aria-hidden="true">
      {strokes.map(({ key, d, look, share }) => (
        <path key={key} d={d} className={look || undefined} style={share > 0 ? ({ "--share": share } as CSSProperties) : undefined} />
      ))}
    </svg>
  );
});
