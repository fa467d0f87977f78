/** How many calls stand in a node now. */
import { useTranslation } from "react-i18next";
import { useEditor } from "../store/editor/index.ts";
import { callsInNode, useLive } from "../store/live.ts";

export function LiveDot({ node }: { readonly node: string }) {
  const { t } = useTranslation();
  const flowId = useEditor((state) => state.flow?.id ?? null);
  const n = useLive((state) => callsInNode(state, flowId, node));
  if (n === 0) return null;
  return (
    <span className="card-live" title={t("editor.callsHere", { n })} data-testid={`live-${node}`}>
      <i className="dot pulse" aria-hidden="true" />
      {n}
    </span>
  );
}
