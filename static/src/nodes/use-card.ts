/** What both drawings of a node, from near and from far, show of it. */
import { useReactFlow, useUpdateNodeInternals, type NodeProps } from "@xyflow/react";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CanvasNode, CardData } from "../model/graph.ts";
import { nodeEssence } from "../model/essence.ts";
import { exitsOf, withGoneExits, type Exit } from "../model/exits.ts";
import type { NodeIssues } from "../model/issues.ts";
import { groupOf, type NodeSchema, schemaOf, typeLabel } from "../model/schema.ts";
import { useCatalog } from "../store/catalog.ts";
import { useEditor } from "../store/editor/index.ts";
import { wiredExits } from "../store/editor/derived.ts";
import { usePreferences } from "../store/preferences.ts";

export interface CardView {
  readonly schema: NodeSchema | undefined;
  /** The name of the node's type. */
  readonly name: string;
  readonly label: string;
  /** Its own, and those that only a wire knows of. */
  readonly exits: readonly Exit[];
  /** The exits that have a wire, as `|1|2|`. */
  readonly wired: string;
  readonly found: NodeIssues | undefined;
  /** How many errors or warnings it has, in words; "" without any. */
  readonly trouble: string;
  readonly changed: boolean;
  readonly className: string;
  /** For screen readers. */
  readonly description: string;
}

/** Whether the node differs from the version published last. */
function useChanged(id: string, data: CardData): boolean {
  const then = useEditor((state) => (state.published ? (state.published.get(id) ?? "") : null));
  const now = useMemo(() => nodeEssence(data), [data]);
  return then !== null && then !== now;
}

/** React Flow measures handles when a card appears or grows; of others that come or go it has to be told. */
function useHandlesOf(id: string, exits: readonly Exit[]): void {
  const update = useUpdateNodeInternals();
  const { getInternalNode } = useReactFlow();
  const ids = exits.map((exit) => exit.id).join("|");
  useEffect(() => {
    const bounds = getInternalNode(id)?.internals.handleBounds;
    if (!bounds) return; // Measured soon, for the first time.
    const known = (bounds.source ?? []).map((handle) => handle.id).join("|");
    if (known !== ids) update(id);
  }, [update, getInternalNode, id, ids]);
}

export function useCard({ id, data, selected }: Pick<NodeProps<CanvasNode>, "id" | "data" | "selected">): CardView {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const schema = useCatalog((state) => schemaOf(state.schemas, data.type));
  const name = useCatalog((state) => typeLabel(state.schemas, data.type, language));
  const found = useEditor((state) => state.issueMap.get(id));
  const wired = useEditor((state) => wiredExits(state.edges, id));
  const exits = useMemo(
    () => withGoneExits(exitsOf(schema, data.config, language), wired.split("|")),
    [schema, data.config, language, wired],
  );
  const changed = useChanged(id, data);
  useHandlesOf(id, exits);

  const label = data.label || name;
  const trouble = found ? t(found.worst === "error" ? "editor.hasErrors" : "editor.hasWarnings", { n: found.list.length }) : "";
  const state = [selected && "selected", changed && "changed", found?.worst, found?.unreachable && "unreachable"];
  return {
    schema, name, label, exits, wired, found, trouble, changed,
    className: ["card", `group-${groupOf(schema)}`, ...state].filter(Boolean).join(" "),
    description: [label, name, trouble, changed && t("editor.changed")].filter(Boolean).join(t("common.comma")),
  };
}
