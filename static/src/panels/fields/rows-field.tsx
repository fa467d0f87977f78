/** A list of objects, each with the form that the schema gives its items: periods, cases, assignments, targets. */
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, DownOutlined, PlusOutlined, UpOutlined } from "../../components/icons.tsx";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Exit } from "../../model/exits.ts";
import { freshId, isObject, type Json } from "../../model/document.ts";
import { changedValue, fieldsOf, renamedExits, withValue, type Change, type Field } from "../../model/form.ts";
import { issuesOf, type Issue } from "../../model/issues.ts";
import { usePreferences } from "../../store/preferences.ts";
import { ExitIdField } from "./exit-id-field.tsx";
import type { FieldEditorComponent, FieldProps } from "./field-props.ts";

type Row = { readonly [name: string]: Json };

/** A new row: its exit gets a free id, a choice without default its first value, the rest waits to be typed. */
function newRow(fields: readonly Field[], rows: readonly Row[], exitProperty: string | null): Row {
  const row: Record<string, Json> = {};
  for (const field of fields) {
    if (!field.required || field.name === exitProperty) continue;
    const first = field.choices[0]?.value;
    if (field.default === undefined) row[field.name] = first ?? "";
  }
  if (exitProperty) row[exitProperty] = freshId("exit", new Set(rows.map((other) => String(other[exitProperty]))));
  return row;
}

function swapped(rows: readonly Row[], a: number, b: number): Row[] {
  const next = [...rows];
  const [first, second] = [next[a], next[b]];
  if (first && second) [next[a], next[b]] = [second, first];
  return next;
}

/** The ids of the other rows' exits, and of those that the node has anyway. */
function othersOf(rows: readonly Row[], index: number, exitProperty: string | null, exits: readonly Exit[]): ReadonlySet<string> {
  if (!exitProperty) return new Set();
  const idsOf = (list: readonly Row[]) => list.map((row) => String(row[exitProperty] ?? ""));
  const made = new Set(idsOf(rows));
  return new Set([...idsOf(rows.filter((_, i) => i !== index)), ...exits.map(({ id }) => id).filter((id) => !made.has(id))]);
}

interface RowFormProps {
  readonly path: string;
  readonly issues: readonly Issue[];
  readonly row: Row;
  readonly index: number;
  readonly fields: readonly Field[];
  readonly exitProperty: string | null;
  readonly others: ReadonlySet<string>;
  readonly disabled: boolean;
  readonly last: boolean;
  readonly FieldEditor: FieldEditorComponent;
  readonly onChange: (row: Row) => void;
  readonly onMove: (by: number) => void;
  readonly onRemove: () => void;
}

function RowForm({ row, index, path, issues, fields, exitProperty, others, disabled, last, FieldEditor, onChange, onMove, onRemove }: RowFormProps) {
  const { t } = useTranslation();
  const rare = (field: Field) => field.advanced || field.name === exitProperty;
  const [open, setOpen] = useState(() => fields.some((field) => rare(field) && issuesOf(issues, `${path}.${field.name}`).length > 0));
  const shown = fields.filter((field) => open || !rare(field));
  const n = index + 1;
  return (
    <div className="row-form" role="group" aria-label={t("field.row", { n })}>
      <div className="row-tools">
        <span className="row-number">{n}</span>
        <span className="grow" />
        {fields.some(rare) && (
          <Button type="text" size="small" icon={open ? <UpOutlined /> : <DownOutlined />} aria-label={t("field.more", { n })} aria-expanded={open} onClick={() => setOpen(!open)} />
        )}
        <Button type="text" size="small" icon={<ArrowUpOutlined />} aria-label={t("field.moveUp", { n })} disabled={disabled || index === 0} onClick={() => onMove(-1)} />
        <Button type="text" size="small" icon={<ArrowDownOutlined />} aria-label={t("field.moveDown", { n })} disabled={disabled || last} onClick={() => onMove(1)} />
        <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t("field.removeRow", { n })} disabled={disabled} onClick={onRemove} />
      </div>
      {shown.map((field) => {
        const place = `${path}.${field.name}`;
        const props = {
          path: place, issues: issuesOf(issues, place), field, value: row[field.name], disabled,
          onChange: (change: Change) => onChange(withValue(row, field.name, changedValue(change, row[field.name]))),
        };
        return field.name === exitProperty ? <ExitIdField key={field.name} {...props} others={others} FieldEditor={FieldEditor} /> : <FieldEditor key={field.name} {...props} />;
      })}
    </div>
  );
}

interface RowsFieldProps extends FieldProps {
  /** Edits each setting of a row. */
  readonly FieldEditor: FieldEditorComponent;
}

export function RowsField({ field, value, onChange, disabled, exitProperty = null, exits = [], labelId, path, issues, FieldEditor }: RowsFieldProps) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const rows = (Array.isArray(value) ? (value as readonly Json[]) : []).filter(isObject);
  const fields = fieldsOf(field.schema.items, language);
  const change = (next: readonly Row[]) => onChange(next, exitProperty ? renamedExits(rows, next, exitProperty) : undefined);
  const full = rows.length >= (field.schema.maxItems ?? Infinity);

  return (
    <div className="rows" role="group" aria-labelledby={labelId}>
      {rows.map((row, index) => (
        <RowForm
          key={index}
          row={row}
          index={index}
          path={`${path}.${index}`}
          issues={issues}
          fields={fields}
          exitProperty={exitProperty}
          others={othersOf(rows, index, exitProperty, exits)}
          disabled={disabled}
          last={index === rows.length - 1}
          FieldEditor={FieldEditor}
          onChange={(next) => change(rows.map((old, i) => (i === index ? next : old)))}
          onMove={(by) => change(swapped(rows, index, index + by))}
          onRemove={() => change(rows.filter((_, i) => i !== index))}
        />
      ))}
      <Button size="small" type="dashed" icon={<PlusOutlined />} disabled={disabled || full} data-testid={`add-${field.name}`} onClick={() => change([...rows, newRow(fields, rows, exitProperty)])}>
        {t("field.add", { what: field.label })}
      </Button>
    </div>
  );
}
