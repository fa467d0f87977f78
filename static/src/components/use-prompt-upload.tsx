/** Upload a prompt: size told before anything is sent, progress, consent before replacing, warnings in words. */
import { App } from "antd";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { promptsApi } from "../api/resources.ts";
import type { Prompt } from "../api/types.ts";
import { wholeList } from "../api/whole-list.ts";
import { shortened } from "../model/format.ts";
import { useCatalog } from "../store/catalog.ts";
import { messageOf } from "./problem.tsx";

export const AUDIO_TYPES = "audio/*,.wav,.mp3,.m4a,.aac,.ogg,.opus,.flac,.amr,.wma,.ac3";

/** As file managers count: 5 is 5 × 1024 × 1024 bytes. */
export const megabytes = (bytes: number): number => Number((bytes / 1024 ** 2).toFixed(1));

/** The prompt name for a file: its own name with the ending that flows use. */
export function promptNameOf(file: string): string {
  const stem = file.replace(/^.*[\\/]/, "").replace(/\.[^.]*$/, "").replace(/[:/\\]/g, "_").trim();
  return `${shortened(stem, 76).trim() || "prompt"}.wav`;
}

async function ownPrompt(name: string): Promise<Prompt | undefined> {
  const alike = await wholeList(promptsApi.list, { q: name.replace(/\.wav$/, "") });
  return alike.find((prompt) => prompt.name === name && prompt.source !== "system");
}

export interface PromptUpload {
  /** Share sent so far, or null when nothing is being sent. */
  readonly progress: number | null;
  /** The saved prompt, or null when the person said no or it was refused (then `onError` has been called). */
  readonly send: (file: File, replace?: { readonly name: string; readonly revision: number }) => Promise<Prompt | null>;
}

export function usePromptUpload(onError: (error: unknown) => void): PromptUpload {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const [progress, setProgress] = useState<number | null>(null);
  const loadResources = useCatalog((state) => state.loadResources);
  const knowUploadLimit = useCatalog((state) => state.knowUploadLimit);

  const agreed = useCallback(
    (name: string) =>
      modal.confirm({ title: t("prompts.replaceTitle", { name }), content: t("prompts.replaceHelp"), okText: t("prompts.replace"), cancelText: t("common.cancel") }),
    [modal, t],
  );

  const send: PromptUpload["send"] = useCallback(
    async (file, replace) => {
      try {
        const limit = await knowUploadLimit();
        if (limit !== null && file.size > limit) {
          throw new Error(t("prompts.tooLarge", { name: file.name, size: megabytes(file.size), limit: megabytes(limit) }));
        }
        const name = replace?.name ?? promptNameOf(file.name);
        const existing = replace ?? (await ownPrompt(name));
        if (existing && !replace && !(await agreed(name))) return null;
        setProgress(0);
        const prompt = await promptsApi.upload(file, name, existing?.revision, setProgress);
        if (prompt.warnings.length > 0) {
          void message.warning(`${prompt.name}: ${prompt.warnings.map((warning) => t(`prompts.warning.${warning}`)).join(" ")}`, 8);
        } else {
          void message.success(t("prompts.uploaded", { name: prompt.name }));
        }
        await loadResources();
        return prompt;
      } catch (error) {
        onError(error instanceof Error ? error : new Error(messageOf(error)));
        return null;
      } finally {
        setProgress(null);
      }
    },
    [agreed, knowUploadLimit, loadResources, message, onError, t],
  );
  return { progress, send };
}
