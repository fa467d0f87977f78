/** Nobody leaves unsaved work by accident. */
import { Button, Modal } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";
import { isDirty, useEditor } from "../store/editor/index.ts";

export function UnsavedGuard({ save }: { readonly save: () => Promise<boolean> }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const blocker = useBlocker(({ currentLocation, nextLocation }) => currentLocation.pathname !== nextLocation.pathname && isDirty(useEditor.getState()));
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (isDirty(useEditor.getState())) event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, []);
  const saveAndGo = async () => {
    setBusy(true);
    const saved = await save();
    setBusy(false);
    if (saved) blocker.proceed?.();
    else blocker.reset?.();
  };
  return (
    <Modal
      open={blocker.state === "blocked"}
      title={t("guard.title")}
      onCancel={() => blocker.reset?.()}
      footer={[
        <Button key="leave" danger onClick={() => blocker.proceed?.()} data-testid="guard-leave">{t("guard.leave")}</Button>,
        <Button key="stay" onClick={() => blocker.reset?.()} data-testid="guard-stay">{t("guard.stay")}</Button>,
        <Button key="save" type="primary" loading={busy} onClick={() => void saveAndGo()} data-testid="guard-save">{t("guard.save")}</Button>,
      ]}
    >
      {t("guard.help")}
    </Modal>
  );
}
