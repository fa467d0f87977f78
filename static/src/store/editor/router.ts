/** The router in its worker, which is started when the first question comes. */
import type { Job } from "../../model/routes/found.ts";
import type { Routes } from "../../model/routes/router.ts";
import type { Route } from "../../model/shapes.ts";

let running: Worker | null = null;

/** One question at a time. Rejects when the worker cannot be fetched or fails; the next question starts another. */
export function routeInWorker(job: Job): Promise<Routes> {
  return new Promise((resolve, reject) => {
    const worker = (running ??= new Worker(new URL("./route.worker.ts", import.meta.url), { type: "module" }));
    worker.onmessage = ({ data }: MessageEvent<[string, Route][]>) => {
      const fresh = new Map(data);
      resolve(new Map(job.wires.map(({ id }) => [id, fresh.get(id) ?? job.before.get(id) ?? []])));
    };
    worker.onerror = (event) => {
      running = null;
      worker.terminate();
      reject(new Error(event.message));
    };
    worker.postMessage(job);
  });
}
