/** One setting: its name, the editor that fits its kind, a sentence of help, its issues. */
import { useId, type ComponentType } from "react";
import { useTranslation } from "react-i18next";
import type { Issue } from "../../model/issues.ts";
import { inLanguage } from "../../model/schema.ts";
import { usePreferences } from "../../store/preferences.ts";
import { ChoiceField, ChoicesField, ExitField } from "./choice-fields.tsx";
import type { FieldEditorProps, FieldProps } from "./field-props.ts";
import { KeysField } from "./keys-field.tsx";
import { PromptField } from "./prompt-field.tsx";
import { RowsField } from "./rows-field.tsx";
import { BooleanField, NumberField } from "./number-fields.tsx";
import { BoxField, DigitsField, ExpressionField, GroupField, TagsField, TextField, VariableField } from "./text-fields.tsx";

const EDITORS: Readonly<Record<string, ComponentType<FieldProps>>> = {
  prompt: PromptField,
  keys: KeysField,
  rows: (props) => <RowsField {...props} FieldEditor={FieldEditor} />,
  boolean: BooleanField,
  seconds: NumberField,
  integer: NumberField,
  choice: ChoiceField,
  choices: ChoicesField,
  expression: ExpressionField,
  text: TextField,
  tags: TagsField,
  variable: VariableField,
  box: BoxField,
  group: GroupField,
  digits: DigitsField,
  exit: ExitField,
  extension: DigitsField,
};

const NONE: readonly Issue[] = [];

function inRow(issue: Issue, path: string): boolean {
  return /^\.\d+\./.test(issue.field?.slice(path.length) ?? "");
}

export function FieldEditor({ issues = NONE, path: given, ...props }: FieldEditorProps) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const labelId = useId();
  const { field } = props;
  const path = given ?? field.name;
  // Issues of a row's own setting are shown there.
  const own = field.widget === "rows" ? issues.filter((issue) => !inRow(issue, path)) : issues;
  const Editor = EDITORS[field.widget] ?? TextField;
  const worst = issues.some((issue) => issue.severity === "error") ? "error" : issues.length > 0 ? "warning" : "";
  const inline = field.widget === "boolean";
  return (
    <div className={`field ${worst} ${inline ? "inline" : ""}`} data-testid={`field-${path}`} data-field={path}>
      <div className="field-label" id={labelId}>
        {field.label}
        {field.required && <span className="required" title={t("common.required")}>*</span>}
      </div>
      <Editor {...props} labelId={labelId} path={path} issues={issues} />
      {field.help && <div className="field-help">{field.help}</div>}
      {own.map((issue) => (
        <div key={issue.code + inLanguage(issue.message, language)} className={`field-issue ${issue.severity}`} role="alert">
          {inLanguage(issue.message, language)}
        </div>
      ))}
    </div>
  );
}
