/** What the page knows of the server: answers kept by question, one copy for all who ask, told by name when they age. */
import { QueryClient, type QueryKey } from "@tanstack/react-query";

/** The first part of a question's key: what has to be asked again when something of this kind has changed. */
export type Kind = "audit" | "calling" | "calls" | "counts" | "exchange" | "extensions" | "flows" | "groups" | "numbers" | "prompts" | "speech" | "status" | "versions" | "voicemails";

export function newQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Whoever looks again sees what is there now; what was there before stays in sight until then.
      queries: { retry: false, staleTime: 0, networkMode: "always" },
    },
  });
}

export const queries = newQueries();

/** After a write of our own: nothing that is shown may be older than it. */
export function changed(client: QueryClient = queries): Promise<void> {
  return client.invalidateQueries();
}

/** Answers were for somebody else, or are about to be. */
export function forget(client: QueryClient = queries): void {
  client.clear();
}

/**
 * Says when answers age, as often as it likes: a question that is on its way is let finish and asked once more, so that
 * neither a slow answer is overtaken for ever nor the last change missed.
 */
export class Freshener {
  private readonly running = new Set<string>();
  private readonly again = new Set<string>();
  private readonly client: QueryClient;

  constructor(client: QueryClient = queries) {
    this.client = client;
  }

  freshen(...key: [Kind, ...QueryKey]): void {
    const name = JSON.stringify(key);
    this.again.add(name);
    if (!this.running.has(name)) void this.run(name, key);
  }

  private async run(name: string, key: QueryKey): Promise<void> {
    this.running.add(name);
    while (this.again.delete(name)) {
      // What is on its way now may have been answered before the change: its answer will not do.
      if (this.client.isFetching({ queryKey: key }) > 0) this.again.add(name);
      await this.client.invalidateQueries({ queryKey: key }, { cancelRefetch: false }).catch(() => undefined);
    }
    this.running.delete(name);
  }
}

const freshener = new Freshener();
export const freshen = freshener.freshen.bind(freshener);
