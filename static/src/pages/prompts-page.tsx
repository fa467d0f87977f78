import { EditOutlined, FormOutlined, SwapOutlined, UploadOutlined } from "../components/icons.tsx";
import { App, Button, Input, Progress, Segmented, Tag, type TableColumnsType } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { changed } from "../api/queries.ts";
import { promptsApi } from "../api/resources.ts";
import type { Prompt } from "../api/types.ts";
import { DeleteButton } from "../components/delete-button.tsx";
import { FormDialog, FormRow } from "../components/form-dialog.tsx";
import { Long } from "../components/long.tsx";
import { ListPage } from "../components/list-page.tsx";
import { Problem } from "../components/problem.tsx";
import { PromptPlayer, TextPlayer } from "../components/prompt-player.tsx";
import { MannerField, SpeakerNote } from "../components/voice.tsx";
import { Time } from "../components/time.tsx";
import { useAct } from "../components/use-act.tsx";
import { useList } from "../components/use-list.ts";
import { AUDIO_TYPES, promptNameOf, usePromptUpload } from "../components/use-prompt-upload.tsx";
import type { Locale } from "../model/document.ts";
import { AS_USUAL } from "../model/manner.ts";
import { useCatalog } from "../store/catalog.ts";
import { useMay } from "../store/session.ts";

interface SpeakDialogProps {
  readonly open: boolean;
  /** An existing prompt that is written again, or null for a new one. */
  readonly prompt: Prompt | null;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function SpeakDialog({ open, prompt, onClose, onDone }: SpeakDialogProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const [locale, setLocale] = useState<Locale>("zh-CN");
  const [manner, setManner] = useState(AS_USUAL);
  useEffect(() => {
    if (!prompt) return;
    setName(prompt.name);
    setText(prompt.text ?? "");
    setLocale(prompt.locale ?? "zh-CN");
    setManner({ voice: prompt.voice, speed: prompt.speed });
  }, [prompt]);
  const speakIn = (next: Locale) => {
    setLocale(next);
    setManner({ ...manner, voice: null });
  };
  const save = async () => {
    const done = await promptsApi.speak({ name: prompt?.name ?? promptNameOf(name), text: text.trim(), locale, ...(prompt && prompt.source !== "system" ? { revision: prompt.revision } : {}) }, manner);
    for (const warning of done.warnings) void message.warning(t(`prompts.warning.${warning}`), 8);
    setName("");
    setText("");
    onClose();
    onDone();
  };
  return (
    <FormDialog open={open} title={t("prompts.speak")} okText={t("prompts.speakOk")} okDisabled={!name.trim() || !text.trim()} width={560} onOk={save} onClose={onClose}>
      <FormRow label={t("prompts.name")} help={t("prompts.nameHelp")} field="name" value={name}>
        <Input value={name} disabled={prompt !== null} maxLength={80} onChange={(event) => setName(event.target.value)} data-testid="speak-name" />
      </FormRow>
      <FormRow label={t("prompt.locale")} field="locale" value={locale}>
        <Segmented value={locale} options={[{ value: "zh-CN", label: "中文" }, { value: "en-US", label: "English" }]} onChange={speakIn} />
      </FormRow>
      <FormRow label={t("prompt.text")} field="text" value={text}>
        <Input.TextArea autoFocus rows={4} value={text} maxLength={2000} placeholder={t("prompt.textHint")} onChange={(event) => setText(event.target.value)} data-testid="speak-text" />
      </FormRow>
      <FormRow label={t("voice.voice")} field="voice" value={manner.voice ?? ""}>
        <span className="prompt-line"><MannerField locale={locale} manner={manner} onChange={setManner} /></span>
      </FormRow>
      <SpeakerNote />
      {text.trim() && <TextPlayer text={text.trim()} locale={locale} manner={manner} />}
    </FormDialog>
  );
}

function RenameDialog({ prompt, onClose, onDone }: { readonly prompt: Prompt | null; readonly onClose: () => void; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  useEffect(() => setName(prompt?.name ?? ""), [prompt]);
  const save = async () => {
    if (!prompt) return;
    await promptsApi.rename(prompt.name, prompt.revision, name.trim());
    onClose();
    onDone();
  };
  return (
    <FormDialog open={prompt !== null} title={t("prompts.rename")} okText={t("common.save")} okDisabled={!name.trim() || name === prompt?.name} onOk={save} onClose={onClose}>
      <FormRow label={t("prompts.name")} help={t("prompts.nameHelp")} field="name" value={name}>
        <Input autoFocus value={name} maxLength={80} onChange={(event) => setName(event.target.value)} data-testid="rename-name" />
      </FormRow>
    </FormDialog>
  );
}

function Warnings({ prompt }: { readonly prompt: Prompt }) {
  const { t } = useTranslation();
  return prompt.warnings.map((warning) => (
    <Tag key={warning} color="warning" title={t(`prompts.warning.${warning}`)} data-testid={`warning-${warning}`}>
      {t(`prompts.short.${warning}`)}
    </Tag>
  ));
}

const LISTED = { sort: "-source" };

export default function PromptsPage() {
  const { t } = useTranslation();
  const list = useList<Prompt>("prompts", promptsApi.list, LISTED);
  const loadResources = useCatalog((state) => state.loadResources);
  const [errors, setErrors] = useState<readonly unknown[]>([]);
  const [speaking, setSpeaking] = useState(false);
  const [rewriting, setRewriting] = useState<Prompt | null>(null);
  const [renaming, setRenaming] = useState<Prompt | null>(null);
  const [replacing, setReplacing] = useState<Prompt | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const { progress, send } = usePromptUpload(useCallback((error: unknown) => setErrors((old) => [...old, error]), []));
  const reload = useCallback(() => void changed(), []);
  const act = useAct();
  const may = useMay();
  useEffect(() => void loadResources().catch(() => undefined), [loadResources]);

  const pick = useCallback((prompt: Prompt | null) => {
    setReplacing(prompt);
    input.current?.click();
  }, []);
  const chosen = async (files: FileList | null) => {
    setErrors([]);
    for (const file of files ? [...files] : []) {
      const target = replacing && replacing.source !== "system" ? { name: replacing.name, revision: replacing.revision } : undefined;
      const renamed = replacing ? new File([file], replacing.name) : file;
      await send(target ? file : renamed, target);
    }
    if (input.current) input.current.value = "";
    reload();
  };

  const columns = useMemo(
    (): TableColumnsType<Prompt> => [
      { key: "name", title: t("prompts.name"), sorter: true, render: (_, row) => <Long text={row.name} room="some"><b>{row.name}</b></Long> },
      { key: "play", title: t("prompts.listen"), width: 180, render: (_, row) => <PromptPlayer name={row.name} revision={row.revision} seconds={row.seconds} /> },
      { key: "source", title: t("prompts.source"), sorter: true, render: (_, row) => <Tag color={row.source === "system" ? "default" : "blue"}>{t(`prompts.from.${row.source}`)}</Tag> },
      { key: "warnings", title: t("prompts.quality"), render: (_, row) => <Warnings prompt={row} /> },
      { key: "text", title: t("prompt.text"), render: (_, row) => <Long text={row.text ?? "–"} /> },
      { key: "used_by", title: t("prompts.usedBy"), render: (_, row) => <Long text={row.used_by.join(t("common.listComma")) || "–"} /> },
      { key: "updated_at", title: t("common.updated"), sorter: true, render: (_, row) => <Time at={row.updated_at} /> },
      {
        key: "actions",
        fixed: "right",
        width: 128,
        render: (_, row) => (
          <>
            {may("prompts.edit") && <Button size="small" type="text" icon={<SwapOutlined />} title={t("prompts.replace")} aria-label={t("prompts.replaceNamed", { name: row.name })} onClick={() => pick(row)} />}
            {may("prompts.edit") && <Button size="small" type="text" icon={<FormOutlined />} title={t("prompts.speak")} aria-label={t("prompts.speakNamed", { name: row.name })} onClick={() => { setRewriting(row); setSpeaking(true); }} />}
            {row.source !== "system" && may("prompts.edit") && (
              <>
                <Button size="small" type="text" icon={<EditOutlined />} title={t("prompts.rename")} aria-label={t("prompts.renameNamed", { name: row.name })} onClick={() => setRenaming(row)} />
                <DeleteButton name={row.name} onDelete={() => void act(() => promptsApi.delete(row.name, row.revision), t("common.deleted"))} />
              </>
            )}
          </>
        ),
      },
    ],
    [act, may, pick, t],
  );

  return (
    <>
      <ListPage
        title={t("menu.prompts")}
        list={list}
        columns={columns}
        rowKey="id"
        empty={t("prompts.empty")}
        above={
          <>
            {progress !== null && <Progress percent={Math.round(progress * 100)} size="small" aria-label={t("prompts.uploading", { share: Math.round(progress * 100) })} />}
            {errors.map((error, index) => (
              <Problem key={index} error={error} onClose={() => setErrors((old) => old.filter((other) => other !== error))} />
            ))}
          </>
        }
        actions={
          <>
            {may("prompts.edit") && (
              <Button icon={<FormOutlined />} onClick={() => { setRewriting(null); setSpeaking(true); }} data-testid="speak">
                {t("prompts.speak")}
              </Button>
            )}
            {may("prompts.edit") && (
              <Button type="primary" icon={<UploadOutlined />} onClick={() => pick(null)} disabled={progress !== null} data-testid="upload">
                {t("prompts.upload")}
              </Button>
            )}
            <input ref={input} type="file" hidden multiple={replacing === null} accept={AUDIO_TYPES} data-testid="upload-file" onChange={(event) => void chosen(event.target.files)} />
          </>
        }
      />
      <SpeakDialog key={rewriting?.id ?? "new"} open={speaking} prompt={rewriting} onClose={() => setSpeaking(false)} onDone={reload} />
      <RenameDialog prompt={renaming} onClose={() => setRenaming(null)} onDone={reload} />
    </>
  );
}
