import { AutoComplete, Input, Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../store/catalog.ts";
import { useEditor } from "../../store/editor/index.ts";
import type { FieldProps } from "./field-props.ts";

function textOf({ value, field }: FieldProps): string {
  const shown = value ?? field.default;
  return typeof shown === "string" || typeof shown === "number" ? String(shown) : "";
}

/** Texts that may be longer than this get several lines. */
const LONG = 500;

/** Empty text is "not set", so that the default holds again. */
function kept(text: string): string | undefined {
  return text === "" ? undefined : text;
}

export function TextField(props: FieldProps) {
  const { field, onChange, disabled, labelId } = props;
  const longest = field.schema.maxLength ?? 200;
  const Box = longest > LONG ? Input.TextArea : Input;
  return (
    <Box
      aria-labelledby={labelId}
      value={textOf(props)}
      maxLength={longest}
      disabled={disabled}
      onChange={(event) => onChange(kept(event.target.value))}
    />
  );
}

/** Dates and the like: several words, each ended with Enter. */
export function TagsField({ value, onChange, disabled, labelId }: FieldProps) {
  const { t } = useTranslation();
  const shown = Array.isArray(value) ? (value as readonly string[]) : [];
  return (
    <Select
      mode="tags"
      className="fill"
      open={false}
      suffixIcon={null}
      aria-labelledby={labelId}
      value={[...shown]}
      tokenSeparators={[",", "，", " ", "、"]}
      placeholder={t("field.tagsHint")}
      disabled={disabled}
      onChange={(next: string[]) => onChange(next.length > 0 ? next : undefined)}
    />
  );
}

export function ExpressionField(props: FieldProps) {
  const { field, onChange, disabled, labelId } = props;
  const { t } = useTranslation();
  return (
    <Input.TextArea
      className="code"
      aria-labelledby={labelId}
      autoSize={{ minRows: 1, maxRows: 5 }}
      value={textOf(props)}
      placeholder={t("field.expressionHint")}
      spellCheck={false}
      maxLength={field.schema.maxLength ?? 1000}
      disabled={disabled}
      onChange={(event) => onChange(kept(event.target.value))}
    />
  );
}

export function VariableField(props: FieldProps) {
  const { onChange, disabled, labelId } = props;
  const { t } = useTranslation();
  const variables = useEditor((state) => state.sheet.variables);
  const setSheet = useEditor((state) => state.setSheet);
  const options = useMemo(() => Object.keys(variables).map((value) => ({ value })), [variables]);
  const name = textOf(props);
  const unknown = name !== "" && !Object.hasOwn(variables, name);
  return (
    <>
      <AutoComplete
        className="fill"
        aria-labelledby={labelId}
        value={name}
        options={options}
        disabled={disabled}
        onChange={(next: string) => onChange(kept(next))}
      />
      {unknown && !disabled && (
        <button type="button" className="link" onClick={() => setSheet({ variables: { ...variables, [name]: "" } })}>
          {t("field.declare", { name })}
        </button>
      )}
    </>
  );
}

/** A voicemail box: an extension, a box that exists, or a new name. */
export function BoxField(props: FieldProps) {
  const { onChange, disabled, labelId } = props;
  const boxes = useCatalog((state) => state.resources.boxes);
  const extensions = useCatalog((state) => state.resources.extensions);
  const options = useMemo(() => {
    const named = new Map<string, string>(boxes.map((box) => [box, box]));
    for (const { number, name } of extensions) named.set(number, `${number} ${name}`);
    named.delete("");
    return [...named].map(([value, label]) => ({ value, label }));
  }, [boxes, extensions]);
  return (
    <AutoComplete className="fill" aria-labelledby={labelId} value={textOf(props)} options={options} disabled={disabled} onChange={(next: string) => onChange(kept(next))} />
  );
}

/** A group of extensions: one that exists; another name can be typed, and made later. */
export function GroupField(props: FieldProps) {
  const { onChange, disabled, labelId } = props;
  const { t } = useTranslation();
  const groups = useCatalog((state) => state.resources.groups);
  const options = useMemo(() => groups.map(({ name, size }) => ({ value: name, label: `${name} · ${t("groups.size", { count: size })}` })), [groups, t]);
  return (
    <AutoComplete className="fill" aria-labelledby={labelId} value={textOf(props)} options={options} disabled={disabled} onChange={(next: string) => onChange(kept(next))} />
  );
}

/** A number to ring: extensions are offered by name, anything else can be typed. */
export function DigitsField(props: FieldProps) {
  const { onChange, disabled, labelId } = props;
  const extensions = useCatalog((state) => state.resources.extensions);
  const options = useMemo(() => extensions.map(({ number, name }) => ({ value: number, label: `${number} ${name}` })), [extensions]);
  return (
    <AutoComplete
      className="fill"
      aria-labelledby={labelId}
      value={textOf(props)}
      options={options}
      showSearch={{ filterOption: (typed, option) => (option?.label ?? "").includes(typed) }}
      disabled={disabled}
      onChange={(next: string) => onChange(kept(next.trim()))}
    />
  );
}
