import { Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { PromptPlayer, TextPlayer } from "../../components/prompt-player.tsx";
import { MannerField } from "../../components/voice.tsx";
import { isObject, type Json, type Locale } from "../../model/document.ts";
import { mannerOf, withManner } from "../../model/manner.ts";
import { useCatalog } from "../../store/catalog.ts";
import { useEditor } from "../../store/editor/index.ts";

export const VALUE_KINDS = ["digits", "number", "money", "date"] as const;

interface ItemProps<T> {
  readonly item: T;
  readonly disabled: boolean;
  readonly onChange: (item: Json) => void;
}

type Entry = { readonly [name: string]: Json };

function FileItem({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  const prompts = useCatalog((state) => state.resources.prompts);
  const bare = name.replace(/\.wav$/, "");
  const known = prompts.find((prompt) => prompt.name === name) ?? prompts.find((prompt) => prompt.name === bare);
  return (
    <div className="prompt-item">
      <span className="prompt-name" title={name}>{bare}</span>
      {known ? <PromptPlayer name={known.name} seconds={known.seconds} /> : <span className="field-error">{t("prompt.missing")}</span>}
    </div>
  );
}

function TextItem({ item, disabled, onChange }: ItemProps<Entry>) {
  const { t } = useTranslation();
  const flowLocale = useEditor((state) => state.sheet.locale);
  const text = String(item["text"] ?? "");
  const manner = mannerOf(item);
  const locale = typeof item["locale"] === "string" ? (item["locale"] as Locale) : flowLocale;
  return (
    <div className="prompt-item">
      <Input.TextArea
        aria-label={t("prompt.text")}
        autoSize={{ minRows: 1, maxRows: 6 }}
        placeholder={t("prompt.textHint")}
        value={text}
        maxLength={2000}
        disabled={disabled}
        data-testid="prompt-text"
        onChange={(event) => onChange({ ...item, text: event.target.value })}
      />
      <span className="prompt-line">
        <Select
          size="small"
          aria-label={t("prompt.locale")}
          value={locale}
          options={[
            { value: "zh-CN", label: "中文" },
            { value: "en-US", label: "English" },
          ]}
          disabled={disabled}
          onChange={(next) => onChange(withManner({ ...item, locale: next }, { ...manner, voice: null }))}
        />
        <MannerField locale={locale} manner={manner} disabled={disabled} onChange={(next) => onChange(withManner(item, next))} />
      </span>
      <span className="prompt-line">
        {text.trim() && <TextPlayer text={text} locale={locale} manner={manner} />}
      </span>
    </div>
  );
}

function ValueItem({ item, kind, disabled, onChange }: ItemProps<Entry> & { readonly kind: string }) {
  const { t } = useTranslation();
  const locale = useEditor((state) => state.sheet.locale);
  return (
    <div className="prompt-item">
      <Input
        className="code"
        prefix={<span className="prompt-kind">{t(`prompt.${kind}`)}</span>}
        aria-label={t(`prompt.${kind}`)}
        placeholder={t("field.expressionHint")}
        value={String(item[kind] ?? "")}
        maxLength={1000}
        disabled={disabled}
        onChange={(event) => onChange({ ...item, [kind]: event.target.value })}
      />
      <span className="prompt-line">
        <MannerField locale={locale} manner={mannerOf(item)} disabled={disabled} onChange={(next) => onChange(withManner(item, next))} />
      </span>
    </div>
  );
}

/** One item of a prompt list, edited in place. */
export function PromptItem({ item, disabled, onChange }: ItemProps<Json>) {
  if (typeof item === "string") return <FileItem name={item} />;
  if (!isObject(item)) return <code>{JSON.stringify(item)}</code>;
  if ("text" in item) return <TextItem item={item} disabled={disabled} onChange={onChange} />;
  const kind = VALUE_KINDS.find((name) => name in item);
  return kind ? <ValueItem item={item} kind={kind} disabled={disabled} onChange={onChange} /> : <code>{JSON.stringify(item)}</code>;
}
