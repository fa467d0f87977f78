/** A node on the canvas: what it is, what it does in a line, and a row for each exit. */
import { Handle, Position, useUpdateNodeInternals, type NodeProps } from "@xyflow/react";
import { memo, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { CanvasNode, CardData } from "../model/graph.ts";
import { nodeEssence } from "../model/essence.ts";
import { exitsOf, withGoneExits, type Exit } from "../model/exits.ts";
import { ENTRY_TYPE, groupOf, typeLabel } from "../model/schema.ts";
import { summaryOf } from "../model/summary.ts";
import { useCatalog } from "../store/catalog.ts";
import { useEditor } from "../store/editor/index.ts";
import { wiredExits } from "../store/editor/derived.ts";
import { callsInNode, useLive } from "../store/live.ts";
import { usePreferences } from "../store/preferences.ts";
import { nodeIcon } from "./icons.tsx";

interface RowProps {
  readonly node: string;
  readonly exit: Exit;
  readonly wired: boolean;
}

const ExitRow = memo(function ExitRow({ node, exit, wired }: RowProps) {
  const { t } = useTranslation();
  const count = useEditor((state) => state.counts?.[node]?.[exit.id]);
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
        aria-label={t("editor.exitOf", { exit: exit.label })}
      />
    </div>
  );
});

function LiveDot({ node }: { readonly node: string }) {
  const { t } = useTranslation();
  const flowId = useEditor((state) => state.flow?.id ?? null);
  const n = useLive((state) => callsInNode(state, flowId, node));
  if (n === 0) return null;
  return (
    <span className="card-live" title={t("editor.callsHere", { n })} data-testid={`live-${node}`}>
      <i className="dot pulse" aria-hidden="true" />
      {n}
    </span>
  );
}

/** Whether the node differs from the version published last. */
function useChanged(id: string, data: CardData): boolean {
  const then = useEditor((state) => (state.published ? (state.published[id] ?? "") : null));
  const now = useMemo(() => nodeEssence(data), [data]);
  return then !== null && then !== now;
}

/** The browser has to be told when handles come or go, or wires end in the wrong place. */
function useHandlesOf(id: string, exits: readonly Exit[]): void {
  const update = useUpdateNodeInternals();
  const ids = exits.map((exit) => exit.id).join("|");
  const told = useRef(ids);
  useEffect(() => {
    if (told.current === ids) return; // Measured by React Flow itself when the card appears.
    told.current = ids;
    update(id);
  }, [update, id, ids]);
}

export const Card = memo(function Card({ id, data, selected }: NodeProps<CanvasNode>) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const schema = useCatalog((state) => state.schemas[data.type]);
  const name = useCatalog((state) => typeLabel(state.schemas, data.type, language));
  const found = useEditor((state) => state.issueMap[id]);
  const entryLit = useEditor((state) => state.hoveredEdge?.target === id);
  const wired = useEditor((state) => wiredExits(state.edges, id));
  const exits = useMemo(
    () => withGoneExits(exitsOf(schema, data.config, language), wired.split("|")),
    [schema, data.config, language, wired],
  );
  const summary = useMemo(() => summaryOf(schema, data.config, language), [schema, data.config, language]);
  const changed = useChanged(id, data);
  useHandlesOf(id, exits);

  const label = data.label || name;
  const state = [selected && "selected", changed && "changed", found?.worst, found?.unreachable && "unreachable"].filter(Boolean).join(" ");
  const trouble = found ? t(found.worst === "error" ? "editor.hasErrors" : "editor.hasWarnings", { n: found.list.length }) : "";
  return (
    <div className={`card group-${groupOf(schema)} ${state}`} data-testid={`node-${id}`} aria-label={[label, name, trouble, changed && t("editor.changed")].filter(Boolean).join("，")}>
      {data.type !== ENTRY_TYPE && (
        <Handle
          type="target"
          position={Position.Left}
          id="in"
          className={`handle entry ${entryLit ? "lit" : ""}`}
          data-testid={`entry-${id}`}
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
});
