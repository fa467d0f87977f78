/** Live events over SSE, with a new connection after a failure that the browser does not mend itself. */
import { url } from "./client.ts";
import type { LiveCall } from "./types.ts";

export interface LiveHandlers {
  readonly snapshot: (items: readonly LiveCall[]) => void;
  readonly started: (call: LiveCall) => void;
  readonly moved: (id: string, node: string, label: string | null) => void;
  readonly ended: (id: string, cause: string | null) => void;
  /** The records of calls of these flows can be read now. */
  readonly recorded: (flows: readonly string[], voicemails: number) => void;
  /** A telephone came or went; `online`: whether one is there now. */
  readonly registered: (extension: string, online: boolean) => void;
  /** Whether calls are answered at all. */
  readonly runtime: (alive: boolean) => void;
  readonly connected: (up: boolean) => void;
}

const RETRY_MS = 5000;

function data(event: Event): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse((event as MessageEvent<string>).data);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function listen(source: EventSource, on: LiveHandlers): void {
  const when = (name: string, handle: (body: Record<string, unknown>) => void) =>
    source.addEventListener(name, (event) => handle(data(event)));
  when("snapshot", (body) => on.snapshot((body["items"] ?? []) as LiveCall[]));
  when("started", (body) => on.started((body["call"] ?? body) as LiveCall));
  when("moved", (body) => on.moved(String(body["id"]), String(body["node"]), (body["node_label"] as string | undefined) ?? null));
  when("ended", (body) => on.ended(String(body["id"]), (body["cause"] as string | undefined) ?? null));
  when("recorded", (body) => on.recorded((body["flows"] ?? []) as string[], Number(body["voicemails"] ?? 0)));
  for (const name of ["registered", "unregistered"]) when(name, (body) => on.registered(String(body["extension"]), body["online"] === true));
  when("runtime", (body) => on.runtime(body["alive"] === true));
}

/** Follow `/live` until the returned function is called. */
export function followLive(handlers: LiveHandlers): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const open = () => {
    source = new EventSource(url("/live"));
    listen(source, handlers);
    source.onopen = () => handlers.connected(true);
    source.onerror = () => {
      handlers.connected(false);
      if (source?.readyState === EventSource.CLOSED && !stopped) timer = setTimeout(open, RETRY_MS);
    };
  };
  open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    source?.close();
  };
}
