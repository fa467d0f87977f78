/** Somebody else saved in the meantime: three ways on, none of which loses anything. */
import { Button, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { flowsApi } from "../api/resources.ts";
import { downloadText, fileName } from "../components/download.ts";
import { Problem } from "../components/problem.tsx";
import { moment } from "../model/format.ts";
import { useEditor } from "../store/editor/index.ts";
import { usePreferences } from "../store/preferences.ts";
import { useTimeZone } from "../store/session.ts";
import type { Stale } from "./use-save.ts";

export function exportDrawing(): void {
  const { document, sheet } = useEditor.getState();
  downloadText(fileName(sheet.name, "json"), JSON.stringify(document(), null, 2));
}

interface StaleDialogProps {
  readonly stale: Stale | null;
  readonly onClose: () => void;
}

export function StaleDialog({ stale, onClose }: StaleDialogProps) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const zone = useTimeZone();
  const adopt = useEditor((state) => state.adopt);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const takeTheirs = async () => {
    const id = useEditor.getState().flow?.id;
    if (!id) return;
    setBusy(true);
    try {
      adopt(await flowsApi.open(id));
      onClose();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal
      open={stale !== null}
      title={t("stale.title")}
      onCancel={onClose}
      footer={[
        <Button key="export" onClick={exportDrawing} data-testid="stale-export">{t("stale.export")}</Button>,
        <Button key="keep" onClick={onClose} data-testid="stale-keep">{t("stale.keep")}</Button>,
        <Button key="theirs" type="primary" loading={busy} onClick={() => void takeTheirs()} data-testid="stale-reload">{t("stale.reload")}</Button>,
      ]}
    >
      <p data-testid="stale-who">{t("stale.who", { by: stale?.by ?? "", at: moment(stale?.at, language, zone) })}</p>
      <p className="form-help">{t("stale.help")}</p>
      <Problem error={error} />
    </Modal>
  );
}
