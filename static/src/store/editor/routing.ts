/** Ask a router for the ways of the open flow after each change, one question at a time; never while something is dragged. */
import type { StoreApi } from "zustand";
import type { Job } from "../../model/routes/found.ts";
import type { Routes } from "../../model/routes/router.ts";
import type { EditorState } from "./state.ts";
import { openJob } from "./ways.ts";

/** The ways of all wires, or a rejection when there is no router. */
export type Router = (job: Job) => Promise<Routes>;

export function keepRouted(store: Pick<StoreApi<EditorState>, "getState" | "setState" | "subscribe">, router: Router): () => void {
  let asked: Pick<EditorState, "nodes" | "edges" | "found"> | null = null;
  let waiting = false;

  async function ask(): Promise<void> {
    const state = store.getState();
    if (waiting || state.dragging) return;
    if (asked?.nodes === state.nodes && asked.edges === state.edges && asked.found === state.found) return;
    asked = state;
    const open = openJob(state);
    if (!open) return;
    waiting = true;
    try {
      const ways = await router(open.job);
      // Another flow begins with nothing found.
      if (store.getState().found === state.found) store.setState({ found: open.foundWith(ways) });
    } catch {
      // The wires stay as they are sketched until the next change asks again.
    } finally {
      waiting = false;
    }
    void ask();
  }

  return store.subscribe(() => void ask());
}
