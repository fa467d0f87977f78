import { App } from "antd";
import { useCallback } from "react";
import { changed } from "../api/queries.ts";
import { messageOf } from "./problem.tsx";

/** Do something on the server and say how it went; either way everything that is shown is asked for again. */
export function useAct(): (work: () => Promise<unknown>, done?: string) => Promise<void> {
  const { message } = App.useApp();
  return useCallback(
    async (work, done) => {
      try {
        await work();
        if (done) void message.success(done);
      } catch (error) {
        void message.error(messageOf(error), 8);
      } finally {
        void changed();
      }
    },
    [message],
  );
}
