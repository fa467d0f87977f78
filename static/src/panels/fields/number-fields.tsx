import { InputNumber, Switch } from "antd";
import type { FieldProps } from "./field-props.ts";

export function NumberField({ field, value, onChange, disabled, labelId }: FieldProps) {
  const whole = field.widget === "integer";
  const shown = value ?? field.default;
  return (
    <span className="with-unit">
      <InputNumber
        aria-labelledby={labelId}
        value={typeof shown === "number" ? shown : null}
        {...(field.schema.minimum !== undefined ? { min: field.schema.minimum } : {})}
        {...(field.schema.maximum !== undefined ? { max: field.schema.maximum } : {})}
        {...(whole ? { precision: 0 } : {})}
        disabled={disabled}
        changeOnWheel={false}
        onChange={(next) => onChange(next === null ? undefined : Number(next))}
      />
      {field.unit && <span className="unit">{field.unit}</span>}
    </span>
  );
}

export function BooleanField({ field, value, onChange, disabled, labelId }: FieldProps) {
  return (
    <Switch
      size="small"
      aria-labelledby={labelId}
      checked={Boolean(value ?? field.default)}
      disabled={disabled}
      onChange={(next) => onChange(next)}
    />
  );
}
