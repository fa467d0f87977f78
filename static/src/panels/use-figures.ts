/** Today's calls per exit and attempts in vain, of the version that is looked at, read again when records have come. */
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { flowsApi } from "../api/resources.ts";
import { essences } from "../model/essence.ts";
import { useEditor } from "../store/editor/index.ts";
import { useTimeZone } from "../store/session.ts";
import { useToday } from "./use-today.ts";

export function useFigures(): void {
  const zone = useTimeZone();
  const flowId = useEditor((state) => state.flow?.id);
  const published = useEditor((state) => Boolean(state.flow?.latest_version));
  const version = useEditor((state) => state.version);
  const day = useToday(zone);
  // Figures are an extra: without them the canvas is whole.
  const { data } = useQuery({
    queryKey: ["counts", flowId, day, version],
    queryFn: () => flowsApi.counts(flowId ?? "", day, version),
    enabled: flowId !== undefined && published,
  });
  useEffect(() => {
    const { flow, setFigures } = useEditor.getState();
    if (flow?.id === flowId) setFigures(data ?? null);
  }, [data, flowId]);
}

/** What the version published last looks like, so that cards can show what has changed since. */
export function usePublished(): void {
  const flowId = useEditor((state) => state.flow?.id);
  const latest = useEditor((state) => state.flow?.latest_version);
  const draft = useEditor((state) => state.version === null);
  // Without it the cards only lack their blue corners. A version never changes.
  const { data } = useQuery({
    queryKey: ["versions", flowId, "one", latest],
    queryFn: () => flowsApi.version(flowId ?? "", latest ?? 0),
    enabled: Boolean(flowId && latest && draft),
    staleTime: Infinity,
  });
  useEffect(() => {
    const { flow, setPublished } = useEditor.getState();
    if (flow?.id === flowId) setPublished(data ? essences(data.document) : null);
  }, [data, flowId]);
}
