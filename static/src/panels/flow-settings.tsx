/** Settings of the flow as a whole, made from the flow schema, and its variables. */
import { DeleteOutlined, PlusOutlined } from "../components/icons.tsx";
import { Button, Input, Select } from "antd";
import { memo, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Locale } from "../model/document.ts";
import { changedValue, fieldsOf, withValue, type Change, type Field } from "../model/form.ts";
import { inLanguage } from "../model/schema.ts";
import { useCatalog } from "../store/catalog.ts";
import { useEditor } from "../store/editor/index.ts";
import { usePreferences } from "../store/preferences.ts";
import { FieldEditor } from "./fields/field-editor.tsx";

type Value = string | number | boolean;

interface SettingsProps {
  readonly readOnly: boolean;
}

/** What was typed as a first value: a number or yes/no where it reads like one. */
function parsedValue(text: string): Value {
  if (text === "true") return true;
  if (text === "false") return false;
  return /^-?\d{1,12}(\.\d+)?$/.test(text) && !/^0\d/.test(text) ? Number(text) : text;
}

function VariableRow({ name, value, readOnly, onChange, onRemove }: {
  readonly name: string;
  readonly value: Value;
  readonly readOnly: boolean;
  readonly onChange: (value: Value) => void;
  readonly onRemove: () => void;
}) {
  const { t } = useTranslation();
  const [kind, text] = [typeof value, String(value)];
  const turned = (next: string): Value => (next === "number" ? Number(text) || 0 : next === "boolean" ? text === "true" : text);
  return (
    <div className="row variable">
      <code title={name}>{name}</code>
      <Select
        size="small"
        aria-label={t("flow.variableKind", { name })}
        value={kind}
        options={["string", "number", "boolean"].map((option) => ({ value: option, label: t(`flow.kind.${option}`) }))}
        disabled={readOnly}
        onChange={(next) => onChange(turned(next))}
      />
      {kind === "boolean" ? (
        <Select size="small" aria-label={t("flow.variableValue", { name })} value={text} disabled={readOnly} options={[{ value: "true", label: t("common.yes") }, { value: "false", label: t("common.no") }]} onChange={(next) => onChange(next === "true")} />
      ) : (
        <Input size="small" aria-label={t("flow.variableValue", { name })} value={text} disabled={readOnly} onChange={(event) => onChange(kind === "number" ? Number(event.target.value) || 0 : event.target.value)} />
      )}
      <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t("flow.removeVariable", { name })} disabled={readOnly} onClick={onRemove} />
    </div>
  );
}

function Variables({ readOnly }: SettingsProps) {
  const { t } = useTranslation();
  const variables = useEditor((state) => state.sheet.variables);
  const setSheet = useEditor((state) => state.setSheet);
  const [name, setName] = useState("");
  const [first, setFirst] = useState("");
  const good = /^[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff]{0,39}$/.test(name) && !Object.hasOwn(variables, name);
  const add = () => {
    if (!good) return;
    setSheet({ variables: { ...variables, [name]: parsedValue(first) } });
    setName("");
    setFirst("");
  };
  return (
    <div className="rows" role="group" aria-label={t("flow.variables")}>
      {Object.entries(variables).map(([key, value]) => (
        <VariableRow
          key={key}
          name={key}
          value={value}
          readOnly={readOnly}
          onChange={(next) => setSheet({ variables: { ...variables, [key]: next } }, `variable:${key}`)}
          onRemove={() => setSheet({ variables: Object.fromEntries(Object.entries(variables).filter(([other]) => other !== key)) })}
        />
      ))}
      {!readOnly && (
        <div className="row">
          <Input size="small" aria-label={t("flow.newVariable")} placeholder={t("flow.newVariable")} value={name} status={name && !good ? "error" : ""} onChange={(event) => setName(event.target.value.trim())} onPressEnter={add} />
          <Input size="small" aria-label={t("flow.firstValue")} placeholder={t("flow.firstValue")} value={first} onChange={(event) => setFirst(event.target.value)} onPressEnter={add} />
          <Button size="small" icon={<PlusOutlined />} aria-label={t("flow.addVariable")} disabled={!good} onClick={add} />
        </div>
      )}
    </div>
  );
}

function OnError({ field, readOnly }: SettingsProps & { readonly field: Field }) {
  const { t } = useTranslation();
  const names = useEditor((state) => JSON.stringify(state.nodes.map((node) => [node.id, node.data.label])));
  const settings = useEditor((state) => state.sheet.settings);
  const setSheet = useEditor((state) => state.setSheet);
  const options = useMemo(() => (JSON.parse(names) as [string, string][]).map(([id, label]) => ({ value: id, label: label || id })), [names]);
  const value = settings[field.name];
  return (
    <div className="field" data-testid={`field-${field.name}`} data-field={field.name}>
      <div className="field-label">{field.label}</div>
      <Select
        className="fill"
        aria-label={field.label}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        placeholder={t("editor.notConnected")}
        value={typeof value === "string" ? value : null}
        options={options}
        disabled={readOnly}
        onChange={(next: string | null | undefined) => setSheet({ settings: withValue(settings, field.name, next ?? undefined) })}
      />
      <div className="field-help">{field.help}</div>
    </div>
  );
}

/** Remembered, for around it the selection changes with each press on a card, and a form is much to draw. */
export const FlowSettings = memo(function FlowSettings({ readOnly }: SettingsProps) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const flowSchema = useCatalog((state) => state.flowSchema);
  const sheet = useEditor((state) => state.sheet);
  const issues = useEditor((state) => state.issues);
  const setSheet = useEditor((state) => state.setSheet);
  const top = useMemo(() => fieldsOf(flowSchema ?? undefined, language), [flowSchema, language]);
  const settings = useMemo(() => fieldsOf(flowSchema?.properties?.["settings"], language), [flowSchema, language]);
  const own = issues.filter((issue) => !issue.node);
  const of = (name: string) => own.filter((issue) => issue.field === name || issue.field === `settings.${name}`);
  const description = typeof sheet.extra["description"] === "string" ? sheet.extra["description"] : undefined;
  const set = (name: string, change: Change) => {
    const { settings } = useEditor.getState().sheet;
    setSheet({ settings: withValue(settings, name, changedValue(change, settings[name])) }, `sheet:${name}`);
  };
  const field = (name: string) => top.find((candidate) => candidate.name === name);
  const [nameField, localeField, descriptionField, variablesField] = ["name", "locale", "description", "variables"].map(field);

  return (
    <div className="form flow-settings" data-testid="flow-settings">
      <h2>{t("flow.settings")}</h2>
      {own.map((issue) => (
        <div key={issue.code + (issue.field ?? "")} className={`field-issue ${issue.severity}`} role="alert">
          {inLanguage(issue.message, language)}
        </div>
      ))}
      {nameField && <FieldEditor field={nameField} value={sheet.name} disabled={readOnly} onChange={(next) => setSheet({ name: typeof next === "string" ? next : "" }, "sheet:name")} />}
      {localeField && <FieldEditor field={localeField} value={sheet.locale} disabled={readOnly} onChange={(next) => typeof next === "string" && setSheet({ locale: next as Locale })} />}
      {settings.map((one) =>
        one.name === "on_error" ? (
          <OnError key={one.name} field={one} readOnly={readOnly} />
        ) : (
          <FieldEditor
            key={one.name}
            field={one}
            value={sheet.settings[one.name]}
            disabled={readOnly}
            issues={of(one.name)}
            onChange={(next) => set(one.name, next)}
          />
        ),
      )}
      <div className="field" data-testid="field-variables" data-field="variables">
        <div className="field-label">{variablesField?.label ?? t("flow.variables")}</div>
        <Variables readOnly={readOnly} />
        <div className="field-help">{variablesField?.help}</div>
      </div>
      {descriptionField && (
        <FieldEditor field={descriptionField} value={description} disabled={readOnly} onChange={(next) => setSheet({ extra: withValue(sheet.extra, "description", changedValue(next, description)) }, "sheet:description")} />
      )}
    </div>
  );
});
