/** Tidy the flow and show all of it. */
import { App } from "antd";
import { useCallback, useRef } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "../components/problem.tsx";
import { useEditor } from "../store/editor/index.ts";
import { useFit } from "./use-fit.ts";

export function useTidy(): () => void {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const fit = useFit();
  const running = useRef(false);
  return useCallback(() => {
    if (running.current) return;
    running.current = true;
    const waiting = message.loading(t("editor.tidying"), 0);
    void useEditor.getState().layOut()
      .then((done) => done && fit())
      .catch((error: unknown) => void message.error(`${t("editor.notTidied")} ${messageOf(error)}`, 8))
      .finally(() => {
        running.current = false;
        waiting();
      });
  }, [fit, message, t]);
}
