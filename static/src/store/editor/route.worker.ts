/** The router in a worker: finds ways and answers with those that are new. */
import type { Job } from "../../model/routes/found.ts";
import { route } from "../../model/routes/router.ts";

onmessage = ({ data: { cards, wires, before, moved } }: MessageEvent<Job>) => {
  postMessage([...route(cards, wires, before, moved)].filter(([id, way]) => way !== before.get(id)));
};
