/** ELK in a worker of its own, fetched when a flow is tidied for the first time. */
import type { ElkNode } from "elkjs/lib/elk-api";

type Elk = { readonly layout: (graph: ElkNode) => Promise<ElkNode> };

let running: Promise<Elk> | null = null;

async function start(): Promise<Elk> {
  const [{ default: ELK }, { default: address }] = await Promise.all([import("elkjs/lib/elk-api.js"), import("elkjs/lib/elk-worker.min.js?url")]);
  return new ELK({ workerFactory: () => new Worker(address) });
}

/** Rejects when ELK cannot be fetched; the next try fetches it again. */
export async function layoutByElk(graph: ElkNode): Promise<ElkNode> {
  running ??= start();
  try {
    return await (await running).layout(graph);
  } catch (error) {
    running = null;
    throw error;
  }
}
