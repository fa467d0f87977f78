import { App } from "antd";
import { useCallback } from "react";
import { messageOf } from "./problem.tsx";

/** Do something on the server and say how it went; `after` runs either way, so that lists show what is. */
export function useAct(after: () => void): (work: () => Promise<unknown>, done?: string) => Promise<void> {
  const { message } = App.useApp();
  return useCallback(
    async (work, done) => {
      try {
        await work();
        if (done) void message.success(done);
      } catch (error) {
        void message.error(messageOf(error), 8);
      } finally {
        after();
      }
    },
    [after, message],
  );
}
