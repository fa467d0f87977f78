/**
 * The id of an exit, as it is typed. An id that is empty or another exit's is perhaps only passed through on the way to the one that
 * is meant, so it waits here until the field is left: to the wires and settings that name the exit it is the last good id that is
 * renamed, not an exit that went and one that came.
 */
import { useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Json } from "../../model/document.ts";
import { changedValue, type Change } from "../../model/form.ts";
import type { FieldEditorComponent, FieldEditorProps } from "./field-props.ts";

interface ExitIdProps extends FieldEditorProps {
  /** The ids of the node's other exits. */
  readonly others: ReadonlySet<string>;
  readonly FieldEditor: FieldEditorComponent;
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

export function ExitIdField({ others, FieldEditor, value, onChange, ...props }: ExitIdProps) {
  const { t } = useTranslation();
  const [waiting, setWaiting] = useState<string | null>(null);
  const kept = textOf(value);
  const type = (change: Change) => {
    const text = textOf(changedValue(change, value));
    const waits = text !== kept && (text === "" || others.has(text));
    setWaiting(waits ? text : null);
    if (!waits && text !== kept) onChange(text);
  };
  const settle = () => {
    setWaiting(null);
    if (waiting) onChange(waiting);
  };
  const settleByKey = ({ key, ctrlKey, metaKey }: KeyboardEvent) => {
    if (key === "Enter" || ((ctrlKey || metaKey) && key.toLowerCase() === "s")) settle();
  };
  return (
    <div className="exit-id" onBlur={settle} onKeyDown={settleByKey}>
      <FieldEditor {...props} value={waiting ?? value} onChange={type} />
      {waiting !== null && <div className="field-issue" role="status">{t(waiting ? "field.exitShared" : "field.exitEmpty", { id: kept })}</div>}
    </div>
  );
}
