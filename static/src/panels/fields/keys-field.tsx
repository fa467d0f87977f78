/** The keys of a menu: one row per key with its name; changing a key takes its wire along. */
import { DeleteOutlined, PlusOutlined } from "../../components/icons.tsx";
import { Button, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { isObject } from "../../model/document.ts";
import { inKeypadOrder } from "../../model/exits.ts";
import type { FieldProps } from "./field-props.ts";

const ALL_KEYS = [..."1234567890*#"];

type Keys = Readonly<Record<string, string>>;

function without(keys: Keys, key: string): Record<string, string> {
  return Object.fromEntries(Object.entries(keys).filter(([name]) => name !== key));
}

export function KeysField({ value, onChange, disabled, labelId }: FieldProps) {
  const { t } = useTranslation();
  const keys = (isObject(value) ? value : {}) as Keys;
  const used = inKeypadOrder(Object.keys(keys));
  const free = ALL_KEYS.filter((key) => !(key in keys));

  const rekey = (from: string, to: string) => onChange({ ...without(keys, from), [to]: keys[from] ?? "" }, { [from]: to });
  const add = () => {
    const key = free[0];
    if (key) onChange({ ...keys, [key]: t("field.newKey", { key }) });
  };

  return (
    <div className="rows" role="group" aria-labelledby={labelId}>
      {used.map((key) => (
        <div className="row" key={key}>
          <Select
            className="key-select"
            aria-label={t("field.key")}
            value={key}
            options={[key, ...free].map((candidate) => ({ value: candidate, label: candidate }))}
            disabled={disabled}
            onChange={(next) => rekey(key, next)}
          />
          <Input
            aria-label={t("field.keyName", { key })}
            value={keys[key] ?? ""}
            maxLength={40}
            disabled={disabled}
            data-testid={`key-${key}`}
            onChange={(event) => onChange({ ...keys, [key]: event.target.value })}
          />
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={t("field.removeKey", { key })}
            disabled={disabled}
            onClick={() => onChange(without(keys, key))}
          />
        </div>
      ))}
      <Button size="small" type="dashed" icon={<PlusOutlined />} disabled={disabled || free.length === 0} onClick={add} data-testid="add-key">
        {t("field.addKey")}
      </Button>
    </div>
  );
}
