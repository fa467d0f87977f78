/** Today's calls per exit, read again when records have come. */
import { useEffect } from "react";
import { flowsApi } from "../api/resources.ts";
import { essences } from "../model/essence.ts";
import { dayOf } from "../model/format.ts";
import { useEditor } from "../store/editor/index.ts";
import { useLive } from "../store/live.ts";
import { useTimeZone } from "../store/session.ts";

export function useFigures(): void {
  const zone = useTimeZone();
  const flowId = useEditor((state) => state.flow?.id);
  const published = useEditor((state) => Boolean(state.flow?.latest_version));
  const recorded = useLive((state) => state.recorded);
  useEffect(() => {
    if (!flowId || !published) return;
    flowsApi
      .counts(flowId, dayOf(new Date(), zone))
      .then(({ counts }) => useEditor.getState().flow?.id === flowId && useEditor.getState().setCounts(counts))
      .catch(() => undefined); // Figures are an extra: without them the canvas is whole.
  }, [flowId, published, recorded, zone]);
}

/** What the version published last looks like, so that cards can show what has changed since. */
export function usePublished(): void {
  const flowId = useEditor((state) => state.flow?.id);
  const latest = useEditor((state) => state.flow?.latest_version);
  const draft = useEditor((state) => state.version === null);
  useEffect(() => {
    if (!flowId || !latest || !draft) return;
    flowsApi
      .version(flowId, latest)
      .then(({ document }) => useEditor.getState().setPublished(essences(document)))
      .catch(() => undefined); // Without it the cards only lack their blue corners.
  }, [flowId, latest, draft]);
}
