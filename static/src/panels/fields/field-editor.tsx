/** One setting: its name, the editor that fits its kind, a sentence of help, its issues. */
import { useId, type ComponentType } from "react";
import { useTranslation } from "react-i18next";
import type { Issue } from "../../model/issues.ts";
import { inLanguage } from "../../model/schema.ts";
import { usePreferences } from "../../store/preferences.ts";
import { ChoiceField, ChoicesField } from "./choice-fields.tsx";
import type { FieldProps } from "./field-props.ts";
import { KeysField } from "./keys-field.tsx";
import { PromptField } from "./prompt-field.tsx";
import { RowsField } from "./rows-field.tsx";
import { BooleanField, NumberField } from "./number-fields.tsx";
import { BoxField, DigitsField, ExpressionField, TagsField, TextField, VariableField } from "./text-fields.tsx";

const EDITORS: Readonly<Record<string, ComponentType<FieldProps>>> = {
  prompt: PromptField,
  keys: KeysField,
  rows: RowsField,
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
  digits: DigitsField,
  extension: DigitsField,
};

interface FieldEditorProps extends Omit<FieldProps, "labelId"> {
  readonly issues?: readonly Issue[];
}

export function FieldEditor({ issues = [], ...props }: FieldEditorProps) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const labelId = useId();
  const { field } = props;
  const Editor = EDITORS[field.widget] ?? TextField;
  const worst = issues.some((issue) => issue.severity === "error") ? "error" : issues.length > 0 ? "warning" : "";
  const inline = field.widget === "boolean";
  return (
    <div className={`field ${worst} ${inline ? "inline" : ""}`} data-testid={`field-${field.name}`} data-field={field.name}>
      <div className="field-label" id={labelId}>
        {field.label}
        {field.required && <span className="required" title={t("common.required")}>*</span>}
      </div>
      <Editor {...props} labelId={labelId} />
      {field.help && <div className="field-help">{field.help}</div>}
      {issues.map((issue) => (
        <div key={issue.code + inLanguage(issue.message, language)} className={`field-issue ${issue.severity}`} role="alert">
          {inLanguage(issue.message, language)}
        </div>
      ))}
    </div>
  );
}
