/** Where each exit leads, as a list: the way to connect without a pointer; and how often callers were asked in vain today. */
import { Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import { own } from "../model/document.ts";
import type { CanvasNode } from "../model/graph.ts";
import { exitsOf, withGoneExits } from "../model/exits.ts";
import { missesText } from "../model/misses.ts";
import { ENTRY_TYPE, schemaOf } from "../model/schema.ts";
import { useCatalog } from "../store/catalog.ts";
import { useEditor } from "../store/editor/index.ts";
import { usePreferences } from "../store/preferences.ts";

interface ExitsProps {
  readonly node: Pick<CanvasNode, "id" | "data">;
  readonly readOnly: boolean;
}

export function InspectorExits({ node, readOnly }: ExitsProps) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const schema = useCatalog((state) => schemaOf(state.schemas, node.data.type));
  const wires = useEditor(useShallow((state) => state.edges.filter((edge) => edge.source === node.id)));
  // As text, so that moving a card changes nothing here.
  const others = useEditor((state) => JSON.stringify(state.nodes.filter((other) => other.data.type !== ENTRY_TYPE).map((other) => [other.id, other.data.label])));
  const setTarget = useEditor((state) => state.setTarget);
  const exits = useMemo(
    () => withGoneExits(exitsOf(schema, node.data.config, language), wires.map((edge) => edge.sourceHandle ?? "")),
    [schema, node.data.config, language, wires],
  );
  const targets = useMemo(
    () =>
      (JSON.parse(others) as [string, string][])
        .filter(([id]) => id !== node.id)
        .map(([id, label]) => ({ value: id, label: label || id })),
    [others, node.id],
  );
  const misses = useEditor(useShallow((state) => own(state.misses, node.id)));
  const missed = missesText(t, misses?.["no_input"], misses?.["no_match"]);
  const targetOf = (exit: string) => wires.find((edge) => edge.sourceHandle === exit)?.target ?? null;
  if (exits.length === 0) return <p className="form form-help">{t("editor.noExits")}</p>;
  return (
    <div className="form">
      {missed && <p className="form-help" data-testid="misses">{t("editor.missesToday", { misses: missed })}</p>}
      {exits.map((exit) => (
        <div className="field" key={exit.id} data-testid={`target-${exit.id}`} data-unwired={(targetOf(exit.id) === null && !exit.optional) || undefined}>
          <div className="field-label">
            {exit.key && <kbd>{exit.key}</kbd>} {exit.label}
          </div>
          <Select
            className="fill"
            aria-label={t("editor.leadsTo", { exit: exit.label })}
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            placeholder={t(exit.optional ? "editor.mayLeadNowhere" : "editor.notConnected")}
            value={targetOf(exit.id)}
            options={targets}
            disabled={readOnly}
            onChange={(target: string | undefined | null) => setTarget(node.id, exit.id, target ?? null)}
          />
        </div>
      ))}
    </div>
  );
}
