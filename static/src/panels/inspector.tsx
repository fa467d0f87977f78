/** The form of the selected node, made from its schema; with nothing selected, the settings of the flow. */
import { CopyOutlined, DeleteOutlined } from "../components/icons.tsx";
import { Button, Collapse, Input, Tabs } from "antd";
import { memo, startTransition, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CanvasNode } from "../model/graph.ts";
import { exitsOf } from "../model/exits.ts";
import { exitProperty, fieldsOf, type Field } from "../model/form.ts";
import { issuesOf, type Issue } from "../model/issues.ts";
import { groupOf, inLanguage, schemaOf } from "../model/schema.ts";
import { nodeIcon } from "../nodes/icons.tsx";
import { useCatalog } from "../store/catalog.ts";
import { useEditor } from "../store/editor/index.ts";
import type { InspectorTab } from "../store/editor/state.ts";
import { usePreferences } from "../store/preferences.ts";
import { FieldEditor } from "./fields/field-editor.tsx";
import { FlowSettings } from "./flow-settings.tsx";
import { InspectorExits } from "./inspector-exits.tsx";

const NONE: readonly Issue[] = [];

interface FormProps {
  readonly node: Pick<CanvasNode, "id" | "data">;
  readonly readOnly: boolean;
}

function NodeForm({ node, readOnly }: FormProps) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const schema = useCatalog((state) => schemaOf(state.schemas, node.data.type));
  const setConfig = useEditor((state) => state.setConfig);
  const setNote = useEditor((state) => state.setNote);
  const issues = useEditor((state) => state.issueMap.get(node.id)?.list ?? NONE);
  const fields = useMemo(() => fieldsOf(schema, language), [schema, language]);
  const exits = useMemo(() => exitsOf(schema, node.data.config, language), [schema, node.data.config, language]);
  const general = issues.filter((issue) => !fields.some((field) => issuesOf([issue], field.name).length > 0));

  const editor = (field: Field) => (
    <FieldEditor
      key={field.name}
      field={field}
      value={node.data.config[field.name]}
      disabled={readOnly}
      issues={issuesOf(issues, field.name)}
      exitProperty={exitProperty(schema, field.name)}
      exits={exits}
      onChange={(value, renamed) => setConfig(node.id, field.name, value, renamed)}
    />
  );
  const rare = fields.filter((field) => field.advanced);
  const rareTrouble = rare.some((field) => issuesOf(issues, field.name).length > 0);
  return (
    <div className="form">
      {general.map((issue) => (
        <div key={issue.code + JSON.stringify(issue.message)} className={`field-issue ${issue.severity}`} role="alert">
          {inLanguage(issue.message, language)}
        </div>
      ))}
      {fields.filter((field) => !field.advanced).map(editor)}
      {rare.length > 0 && (
        <Collapse
          ghost
          size="small"
          defaultActiveKey={rareTrouble ? ["rare"] : []}
          items={[{ key: "rare", label: t("field.advanced"), children: rare.map(editor) }]}
        />
      )}
      <div className="field">
        <div className="field-label">{t("editor.note")}</div>
        <Input.TextArea
          aria-label={t("editor.note")}
          autoSize={{ minRows: 1, maxRows: 5 }}
          maxLength={2000}
          placeholder={t("editor.noteHint")}
          value={typeof node.data.extra?.["note"] === "string" ? node.data.extra["note"] : ""}
          disabled={readOnly}
          onChange={(event) => setNote(node.id, event.target.value)}
        />
      </div>
    </div>
  );
}

function NodeHead({ node, readOnly }: FormProps) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const schema = useCatalog((state) => schemaOf(state.schemas, node.data.type));
  const { setLabel, duplicate, deleteSelection } = useEditor.getState();
  return (
    <header className={`inspector-head group-${groupOf(schema)}`}>
      <div className="inspector-title">
        <span className="card-icon">{nodeIcon(schema?.["x-node"].icon)}</span>
        <Input
          variant="borderless"
          aria-label={t("editor.nodeName")}
          data-testid="node-label"
          value={node.data.label}
          placeholder={inLanguage(schema?.["x-node"].label, language)}
          maxLength={80}
          disabled={readOnly}
          onChange={(event) => setLabel(node.id, event.target.value)}
        />
        {!readOnly && (
          <>
            <Button type="text" size="small" icon={<CopyOutlined />} aria-label={t("editor.duplicate")} title={t("editor.duplicate")} onClick={duplicate} />
            <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t("editor.delete")} title={t("editor.delete")} onClick={deleteSelection} />
          </>
        )}
      </div>
      <p className="form-help">{inLanguage(schema?.["x-node"].help, language)}</p>
    </header>
  );
}

/** The editor of a path such as `cases.0.when`, or of the nearest setting around it. */
function fieldPlace(root: HTMLElement | null, path: string): Element | null {
  const parts = path.split(".");
  for (let n = parts.length; n > 0; n--) {
    const found = root?.querySelector(`[data-field="${CSS.escape(parts.slice(0, n).join("."))}"]`);
    if (found) return found;
  }
  // Settings of the flow are named without their member's name.
  return parts.length > 1 ? fieldPlace(root, parts.slice(1).join(".")) : null;
}

/** Bring the field that an issue names into view, once the form is there. */
function useWantedField(body: React.RefObject<HTMLElement | null>, nodeId: string | undefined, openTab: (tab: InspectorTab) => void): void {
  const wanted = useEditor((state) => state.wanted);
  useEffect(() => {
    if (!wanted || (wanted.node ?? undefined) !== nodeId) return;
    openTab(wanted.tab);
    // The tab that was hidden until now has to be there before anything in it can have the focus.
    const timer = setTimeout(() => {
      const place = wanted.field ? fieldPlace(body.current, wanted.field) : body.current;
      place?.scrollIntoView({ block: "nearest" });
      const inside = wanted.tab === "exits" ? "[data-unwired] input" : "input:not([type=file]):not([type=range]), textarea, button";
      place?.querySelector<HTMLElement>(inside)?.focus();
    }, 0);
    return () => clearTimeout(timer);
  }, [body, wanted, nodeId, openTab]);
}

/**
 * The one selected node, and whether its form waits, in which case nothing can be typed into the former one: a form is much to
 * draw, so while a card follows the pointer the former one stays, and after the drop React draws the next piece by piece. At any
 * other time the form is that of the selected node, in the same frame: what is typed right after a click must not go into the node
 * that was selected before.
 */
function useShownNode(): { readonly id: string | undefined; readonly waits: boolean } {
  const chosen = useEditor((state) => {
    const ids = state.nodes.filter((node) => node.selected).map((node) => node.id);
    return ids.length === 1 ? ids[0] : undefined;
  });
  const dragging = useEditor((state) => state.dragging);
  const [shown, setShown] = useState(chosen);
  const [held, setHeld] = useState(dragging);
  const waits = shown !== chosen;
  // While rendering: React begins anew before anything is seen.
  if (dragging && !held) setHeld(true);
  else if (waits && !held) setShown(chosen);
  useEffect(() => {
    if (!held || dragging) return;
    startTransition(() => {
      setShown(chosen);
      setHeld(false);
    });
  }, [held, dragging, chosen]);
  return { id: shown, waits };
}

interface InspectorProps {
  readonly readOnly: boolean;
  /** The tab that is open at first. */
  readonly first?: InspectorTab;
  /** Told which tab is open, the first time too. */
  readonly onTab?: (tab: InspectorTab) => void;
}

interface ShownProps extends InspectorProps {
  readonly id: string | undefined;
  readonly body: React.RefObject<HTMLElement | null>;
}

const Shown = memo(function Shown({ id, readOnly, first = "form", onTab, body }: ShownProps) {
  const { t } = useTranslation();
  const many = useEditor((state) => state.nodes.reduce((n, node) => n + (node.selected ? 1 : 0), 0));
  const data = useEditor((state) => (id === undefined ? undefined : state.nodes.find((node) => node.id === id)?.data));
  const selected = useMemo(() => (id !== undefined && data ? { id, data } : null), [id, data]);
  const [tab, setTab] = useState(first);
  useWantedField(body, id, setTab);
  const open = selected ? tab : "form";
  useEffect(() => onTab?.(open), [open, onTab]);

  if (!selected) return many > 1 ? <p className="inspector-many">{t("editor.manySelected", { n: many })}</p> : <FlowSettings readOnly={readOnly} />;
  return (
    <>
      <NodeHead key={selected.id} node={selected} readOnly={readOnly} />
      <Tabs
        size="small"
        activeKey={tab}
        onChange={(key) => setTab(key as InspectorTab)}
        items={[
          { key: "form", label: t("editor.settings"), children: <NodeForm key={selected.id} node={selected} readOnly={readOnly} /> },
          { key: "exits", label: t("editor.exits"), children: <InspectorExits key={selected.id} node={selected} readOnly={readOnly} /> },
        ]}
      />
    </>
  );
});

export function Inspector(props: InspectorProps) {
  const { t } = useTranslation();
  const body = useRef<HTMLElement>(null);
  const { id, waits } = useShownNode();
  return (
    <aside className="inspector" ref={body} inert={waits} aria-label={t("editor.inspector")} data-testid="inspector">
      <Shown {...props} id={id} body={body} />
    </aside>
  );
}
