/** Save the draft; a stale save comes back as who saved what when. */
import { App } from "antd";
import { useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/errors.ts";
import { flowsApi } from "../api/resources.ts";
import { messageOf } from "../components/problem.tsx";
import { useEditor } from "../store/editor/index.ts";

export interface Stale {
  readonly by: string;
  readonly at: string;
}

export interface Saving {
  readonly saving: boolean;
  readonly stale: Stale | null;
  readonly forgetStale: () => void;
  /** True when the server has the present draft. */
  readonly save: () => Promise<boolean>;
}

function staleFrom(error: unknown): Stale | null {
  if (!(error instanceof ApiError) || error.status !== 409 || error.code !== "stale") return null;
  return { by: error.details.saved_by ?? "?", at: error.details.saved_at ?? "" };
}

export function useSave(): Saving {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [saving, setSaving] = useState(false);
  const [stale, setStale] = useState<Stale | null>(null);
  const running = useRef<Promise<boolean> | null>(null);

  const once = useCallback(async (): Promise<boolean> => {
    const { flow, readOnly, stamp, document, saved } = useEditor.getState();
    if (!flow || readOnly) return false;
    setSaving(true);
    try {
      const { document: _, ...answer } = await flowsApi.save(flow.id, document(), flow.revision);
      saved(answer, stamp);
      return true;
    } catch (error) {
      const found = staleFrom(error);
      if (found) setStale(found);
      else void message.error(`${t("editor.notSaved")} ${messageOf(error)}`, 8);
      return false;
    } finally {
      setSaving(false);
    }
  }, [message, t]);

  const save = useCallback(() => {
    running.current ??= once().finally(() => (running.current = null));
    return running.current;
  }, [once]);
  const forgetStale = useCallback(() => setStale(null), []);
  return { saving, stale, forgetStale, save };
}
