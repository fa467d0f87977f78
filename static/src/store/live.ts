/** Calls in progress and phones online, as the server tells them. */
import { create } from "zustand";
import { followLive, type LiveHandlers } from "../api/live.ts";
import { freshen, type Kind } from "../api/queries.ts";
import type { LiveCall } from "../api/types.ts";

interface LiveState {
  readonly connected: boolean;
  readonly calls: Readonly<Record<string, LiveCall>>;
  /** False while no call is answered; null until it is known. */
  readonly alive: boolean | null;
  /** What changed since the lists were loaded: extension -> online. */
  readonly online: Readonly<Record<string, boolean>>;
}

export const useLive = create<LiveState>()(() => ({ connected: false, calls: {}, alive: null, online: {} }));

/** What live events tell of. */
const TOLD: readonly Kind[] = ["calls", "counts", "extensions", "status", "voicemails"];

function without(calls: Readonly<Record<string, LiveCall>>, id: string): Record<string, LiveCall> {
  return Object.fromEntries(Object.entries(calls).filter(([key]) => key !== id));
}

function present({ extension, online }: { readonly extension: string; readonly online: boolean }): void {
  useLive.setState((state) => ({ online: { ...state.online, [extension]: online } }));
  freshen("extensions"); // Who is online is told; from where, only the list knows.
}

const handlers: LiveHandlers = {
  // What happened before it was not told: records may have come, telephones may have gone.
  snapshot: ({ items }) => {
    useLive.setState({ calls: Object.fromEntries(items.map((call) => [call.id, call])), online: {} });
    for (const kind of TOLD) freshen(kind);
  },
  started: ({ call }) => useLive.setState((state) => ({ calls: { ...state.calls, [call.id]: call } })),
  moved: ({ id, node, node_label }) =>
    useLive.setState((state) => {
      const call = state.calls[id];
      return call ? { calls: { ...state.calls, [id]: { ...call, node, node_label } } } : {};
    }),
  ended: ({ id }) => useLive.setState((state) => ({ calls: without(state.calls, id) })),
  recorded: ({ flows, voicemails }) => {
    freshen("calls");
    if (voicemails > 0) freshen("voicemails");
    for (const flow of flows) freshen("counts", flow);
  },
  runtime: ({ alive }) => {
    useLive.setState(alive ? { alive } : { alive, calls: {}, online: {} });
    freshen("status");
  },
  registered: present,
  unregistered: present,
};

/** Begin to follow; returns how to stop. */
export function startLive(): () => void {
  return followLive(handlers, (connected) => useLive.setState({ connected }));
}

/** How many calls of a flow stand in a node now. */
export function callsInNode(state: LiveState, flowId: string | null, node: string): number {
  let n = 0;
  for (const call of Object.values(state.calls)) if (call.node === node && call.flow?.id === flowId) n++;
  return n;
}
