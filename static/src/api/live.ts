/** Live events over SSE, with a new connection after a failure that the browser does not mend itself. */
import { url } from "./client.ts";
import type { LiveEvents } from "./types.ts";

/** What is done about each event, as the API's schema describes them. */
export type LiveHandlers = { readonly [E in keyof LiveEvents]: (event: LiveEvents[E]) => void };

const RETRY_MS = 5000;

function listen<E extends keyof LiveEvents>(source: EventSource, name: E, handle: LiveHandlers[E]): void {
  source.addEventListener(name, (event: MessageEvent<string>) => handle(JSON.parse(event.data) as LiveEvents[E]));
}

/** Follow `/live` until the returned function is called. connected: told whenever the stream comes or goes. */
export function followLive(handlers: LiveHandlers, connected: (up: boolean) => void): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const open = () => {
    const opened = new EventSource(url("/api/v1/live"));
    source = opened;
    for (const name of Object.keys(handlers) as (keyof LiveEvents)[]) listen(opened, name, handlers[name]);
    opened.onopen = () => connected(true);
    opened.onerror = () => {
      connected(false);
      if (opened.readyState === EventSource.CLOSED && !stopped) timer = setTimeout(open, RETRY_MS);
    };
  };
  open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    source?.close();
  };
}
