/** A node on the canvas: what it is, what it does in a line, and a row for each exit. */
import { Handle, Position, type NodeProps } from "@xyflow/react";
import { memo, useContext, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { own } from "../model/document.ts";
import type { CanvasNode } from "../model/graph.ts";
import type { Exit } from "../model/exits.ts";
import { ENTRY_TYPE } from "../model/schema.ts";
import { summaryOf } from "../model/summary.ts";
import { useEditor } from "../store/editor/index.ts";
import { usePreferences } from "../store/preferences.ts";
import { Distant } from "./distance.ts";
import { DistantCard } from "./distant-card.tsx";
import { nodeIcon } from "./icons.tsx";
import { LiveDot } from "./live-dot.tsx";
import { useCard } from "./use-card.ts";

interface RowProps {
  readonly node: string;
  readonly exit: Exit;
  readonly wired: boolean;
}

const ExitRow = memo(function ExitRow({ node, exit, wired }: RowProps) {
  const { t } = useTranslation();
  const count = useEditor((state) => own(own(state.counts, node), exit.id));
  const lit = useEditor((state) => state.hoveredEdge?.source === node && state.hoveredEdge.exit === exit.id);
  return (
    <div className={`exit ${lit ? "lit" : ""} ${exit.gone ? "gone" : ""}`} title={exit.gone ? t("editor.exitGone") : undefined}>
      {exit.key && <kbd>{exit.key}</kbd>}
      <span className="exit-label">{exit.label}</span>
      {count !== undefined && <span className="exit-count" title={t("editor.countToday")}>{count}</span>}
      <Handle
        type="source"
        position={Position.Right}
        id={exit.id}
        className={`handle ${wired ? "wired" : ""}`}
        data-testid={`exit-${node}-${exit.id}`}
        role="img"
        aria-label={t("editor.exitOf", { exit: exit.label })}
      />
    </div>
  );
});

function NearCard({ id, data, selected }: NodeProps<CanvasNode>) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const entryLit = useEditor((state) => state.hoveredEdge?.target === id);
  const { schema, name, label, exits, wired, found, trouble, changed, className, description } = useCard({ id, data, selected });
  const summary = useMemo(() => summaryOf(schema, data.config, language), [schema, data.config, language]);
  return (
    <div className={className} data-testid={`node-${id}`} role="group" aria-label={description}>
      {data.type !== ENTRY_TYPE && (
        <Handle
          type="target"
          position={Position.Left}
          id="in"
          className={`handle entry ${entryLit ? "lit" : ""}`}
          data-testid={`entry-${id}`}
          role="img"
          aria-label={t("editor.entryOf", { node: label })}
        />
      )}
      {changed && <i className="corner" title={t("editor.changed")} />}
      <div className="card-head">
        <span className="card-icon">{nodeIcon(schema?.["x-node"].icon)}</span>
        <span className="card-label">{label}</span>
        <LiveDot node={id} />
        {found?.worst === "warning" && <i className="dot amber" title={trouble} />}
      </div>
      <div className="card-summary" title={summary}>{summary || name}</div>
      {exits.map((exit) => (
        <ExitRow key={exit.id} node={id} exit={exit} wired={wired.includes(`|${exit.id}|`)} />
      ))}
    </div>
  );
}

export const Card = memo(function Card(props: NodeProps<CanvasNode>) {
  return useContext(Distant) ? <DistantCard {...props} /> : <NearCard {...props} />;
});
