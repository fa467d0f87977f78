import { App } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { changed } from "../api/queries.ts";
import { messageOf } from "./problem.tsx";
import { UseList, usesIn } from "./uses.tsx";

/** Say what the server refused; what is still in use is shown with the way there, and stays until it is put away. */
export function useRefused(): (error: unknown) => void {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  return useCallback(
    (error) => {
      const uses = usesIn(error);
      if (uses.length === 0) return void message.error(messageOf(error), 8);
      const dialog = modal.warning({
        title: t("uses.title"),
        content: <UseList uses={uses} onFollow={() => dialog.destroy()} />,
        okText: t("common.close"),
      });
    },
    [message, modal, t],
  );
}

/** Do something on the server and say how it went; either way everything that is shown is asked for again. */
export function useAct(): (work: () => Promise<unknown>, done?: string) => Promise<void> {
  const { message } = App.useApp();
  const refused = useRefused();
  return useCallback(
    async (work, done) => {
      try {
        await work();
        if (done) void message.success(done);
      } catch (error) {
        refused(error);
      } finally {
        void changed();
      }
    },
    [message, refused],
  );
}
