/** What the caller hears, item by item: stored prompts, texts, values read out. */
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, EditOutlined, NumberOutlined, UploadOutlined } from "../../components/icons.tsx";
import { Button, Dropdown, Select } from "antd";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../components/problem.tsx";
import { AUDIO_TYPES, usePromptUpload } from "../../components/use-prompt-upload.tsx";
import { SpeakerNote } from "../../components/voice.tsx";
import { isObject, type Json } from "../../model/document.ts";
import type { Field } from "../../model/form.ts";
import { useCatalog } from "../../store/catalog.ts";
import { useEditor } from "../../store/editor/index.ts";
import type { FieldProps } from "./field-props.ts";
import { PromptItem, VALUE_KINDS } from "./prompt-item.tsx";

/** A prompt's name as flows write it; the server may list system prompts without the ending. */
function fileOf(name: string): string {
  return name.endsWith(".wav") ? name : `${name}.wav`;
}

function PickPrompt({ onPick, disabled }: { readonly onPick: (name: string) => void; readonly disabled: boolean }) {
  const { t } = useTranslation();
  const prompts = useCatalog((state) => state.resources.prompts);
  const options = useMemo(() => {
    const entries = (system: boolean) =>
      prompts.filter((prompt) => (prompt.source === "system") === system).map(({ name }) => ({ value: fileOf(name), label: name.replace(/\.wav$/, "") }));
    return [
      { label: t("prompts.own"), options: entries(false) },
      { label: t("prompts.system"), options: entries(true) },
    ].filter((group) => group.options.length > 0);
  }, [prompts, t]);
  return (
    <Select
      className="fill"
      size="small"
      value={null}
      placeholder={t("field.pickPrompt")}
      aria-label={t("field.pickPrompt")}
      showSearch={{ optionFilterProp: "label" }}
      options={options}
      disabled={disabled}
      data-testid="pick-prompt"
      onChange={(name: string | null) => name && onPick(name)}
    />
  );
}

function UploadButton({ onDone, disabled }: { readonly onDone: (name: string) => void; readonly disabled: boolean }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<unknown>(null);
  const { progress, send } = usePromptUpload(setError);
  const chosen = async (file: File | undefined) => {
    setError(null);
    const opened = useEditor.getState().flow?.id;
    const prompt = file && (await send(file));
    if (prompt && useEditor.getState().flow?.id === opened) onDone(fileOf(prompt.name));
    if (input.current) input.current.value = "";
  };
  return (
    <>
      <Button size="small" icon={<UploadOutlined />} disabled={disabled || progress !== null} onClick={() => input.current?.click()}>
        {progress === null ? t("field.upload") : t("prompts.uploading", { share: Math.round(progress * 100) })}
      </Button>
      <input ref={input} type="file" hidden accept={AUDIO_TYPES} data-testid="upload-prompt" onChange={(event) => void chosen(event.target.files?.[0])} />
      <Problem error={error} className="field-problem" />
    </>
  );
}

function itemsOf(value: Json | undefined, field: Field): readonly Json[] {
  return (Array.isArray(value) ? value : Array.isArray(field.default) ? field.default : []) as readonly Json[];
}

export function PromptField({ field, value, onChange, disabled, labelId }: FieldProps) {
  const { t } = useTranslation();
  const isDefault = value === undefined;
  const items = itemsOf(value, field);
  const put = (next: readonly Json[]) => onChange(next);
  const add = (item: Json) => onChange((now) => [...itemsOf(now, field), item]);
  const move = (from: number, by: number) => {
    const next = items.filter((_, i) => i !== from);
    const item = items[from];
    if (item !== undefined) put([...next.slice(0, from + by), item, ...next.slice(from + by)]);
  };
  const kinds = VALUE_KINDS.map((kind) => ({ key: kind, label: t(`prompt.${kind}`) }));

  return (
    <div className="prompts" role="group" aria-labelledby={labelId}>
      {isDefault && items.length > 0 && <span className="default-mark">{t("field.default")}</span>}
      {items.map((item, index) => (
        <div className="prompt-row" key={index}>
          <PromptItem item={item} disabled={disabled} onChange={(next) => put(items.map((old, i) => (i === index ? next : old)))} />
          <span className="prompt-tools">
            {items.length > 1 && (
              <>
                <Button type="text" size="small" icon={<ArrowUpOutlined />} aria-label={t("field.moveUp", { n: index + 1 })} disabled={disabled || index === 0} onClick={() => move(index, -1)} />
                <Button type="text" size="small" icon={<ArrowDownOutlined />} aria-label={t("field.moveDown", { n: index + 1 })} disabled={disabled || index === items.length - 1} onClick={() => move(index, 1)} />
              </>
            )}
            <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t("field.removeRow", { n: index + 1 })} disabled={disabled} onClick={() => put(items.filter((_, i) => i !== index))} />
          </span>
        </div>
      ))}
      {items.some((item) => isObject(item) && "text" in item) && <SpeakerNote />}
      {!disabled && (
        <div className="prompt-add">
          <PickPrompt onPick={add} disabled={disabled} />
          <UploadButton onDone={add} disabled={disabled} />
          <Button size="small" icon={<EditOutlined />} onClick={() => add({ text: "" })} data-testid="add-text">
            {t("field.writeText")}
          </Button>
          <Dropdown trigger={["click"]} menu={{ items: kinds, onClick: ({ key }) => add({ [key]: "" }) }}>
            <Button size="small" icon={<NumberOutlined />}>{t("field.readOut")}</Button>
          </Dropdown>
          {!isDefault && field.default !== undefined && (
            <Button size="small" type="link" onClick={() => onChange(undefined)}>{t("field.toDefault")}</Button>
          )}
        </div>
      )}
    </div>
  );
}
