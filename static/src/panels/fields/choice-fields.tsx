import { Checkbox, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Json } from "../../model/document.ts";
import type { FieldProps } from "./field-props.ts";

const FEW = 3;
const SHORT = 6;

/** One of several: side by side while they are few and short, else a list to pick from. */
export function ChoiceField({ field, value, onChange, disabled, labelId }: FieldProps) {
  const shown = String(value ?? field.default ?? "");
  const options = field.choices.map((choice) => ({ value: String(choice.value), label: choice.label }));
  const valueOf = (text: string): Json | undefined => field.choices.find((choice) => String(choice.value) === text)?.value;
  if (options.length <= FEW && options.every((option) => option.label.length <= SHORT)) {
    return (
      <Segmented aria-labelledby={labelId} value={shown} options={options} disabled={disabled} onChange={(next) => onChange(valueOf(next))} />
    );
  }
  return (
    <Select
      aria-labelledby={labelId}
      className="fill"
      value={shown}
      options={options}
      disabled={disabled}
      onChange={(next) => onChange(valueOf(next))}
    />
  );
}

/** One of the node's own exits, or none of them. */
export function ExitField({ value, onChange, disabled, labelId, exits = [] }: FieldProps) {
  const { t } = useTranslation();
  const named = typeof value === "string" && value !== "" ? value : null;
  const options = exits.map((exit) => ({ value: exit.id, label: exit.label }));
  if (named && !exits.some((exit) => exit.id === named)) options.push({ value: named, label: named });
  return (
    <Select<string>
      className="fill"
      allowClear
      aria-labelledby={labelId}
      placeholder={t("field.notSet")}
      value={named}
      options={options}
      disabled={disabled}
      onChange={(next: string | undefined) => onChange(next)}
    />
  );
}

/** Any of several, kept in the order of the schema. */
export function ChoicesField({ field, value, onChange, disabled, labelId }: FieldProps) {
  const shown = (Array.isArray(value) ? value : Array.isArray(field.default) ? field.default : []) as readonly Json[];
  const all = field.choices.map((choice) => choice.value);
  return (
    <Checkbox.Group
      className="choices"
      aria-labelledby={labelId}
      value={shown.map(String)}
      options={field.choices.map((choice) => ({ value: String(choice.value), label: choice.label }))}
      disabled={disabled}
      onChange={(next) => onChange(all.filter((item) => next.includes(String(item))))}
    />
  );
}
