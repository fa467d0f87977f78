import { beforeEach, expect, it } from "vitest";
import type { Flow } from "../../api/types.ts";
import type { Job } from "../../model/routes/found.ts";
import { route, type Routes } from "../../model/routes/router.ts";
import { menuSchema } from "../../model/testing.ts";
import { useCatalog } from "../catalog.ts";
import { useEditor } from "./index.ts";
import { keepRouted } from "./routing.ts";

const flow = (id: string, x: number): Flow => ({
  id, name: id, revision: 1, updated_at: "", updated_by: "", latest_version: null, numbers: [],
  document: {
    format: "zongji.flow/1", name: id, locale: "en-US",
    nodes: ["a", "b"].map((node, i) => ({ id: node, type: "menu", config: { keys: { "1": "x" } }, position: { x: i * x, y: 0 } })),
    edges: [{ from: "a", exit: "1", to: "b" }],
  },
});

interface Asked {
  readonly job: Job;
  readonly answer: () => Promise<void>;
  readonly fail: () => Promise<void>;
}

let asked: Asked[] = [];
const editor = () => useEditor.getState();
const drag = (x: number) => editor().nodesChanged([{ type: "position", id: "b", position: { x, y: 90 } }]);
/** Promises that are settled have had their say after a turn of the event loop. */
const turn = () => new Promise<void>((done) => setTimeout(done));

function router(job: Job): Promise<Routes> {
  return new Promise((resolve, reject) => {
    const answer = () => (resolve(route(job.cards, job.wires, job.before, job.moved)), turn());
    const fail = () => (reject(new Error("gone")), turn());
    asked.push({ job, answer, fail });
  });
}

beforeEach(() => {
  useCatalog.setState({ schemas: { menu: menuSchema } });
  asked = [];
  editor().close();
  const stop = keepRouted(useEditor, router);
  editor().open(flow("f", 400));
  return stop;
});

it("asks when a flow is opened and keeps the answer", async () => {
  expect(asked).toHaveLength(1);
  await asked[0]?.answer();
  expect([...editor().found.ways.keys()]).toEqual(["a:1"]);
  expect(asked).toHaveLength(1);
});

it("asks nothing while a card is dragged, once when it is dropped", async () => {
  await asked[0]?.answer();
  editor().dragStarted();
  drag(420);
  drag(440);
  expect(asked).toHaveLength(1);
  editor().dragEnded();
  expect(asked).toHaveLength(2);
  expect(asked[1]?.job.moved).toMatchObject([{ x: 440, y: 90 }]);
});

it("asks nothing for a selection", async () => {
  await asked[0]?.answer();
  editor().select(["a"]);
  expect(asked).toHaveLength(1);
});

it("asks one question at a time, the last one after what came in between", async () => {
  drag(420);
  drag(440);
  expect(asked).toHaveLength(1);
  await asked[0]?.answer();
  expect(asked).toHaveLength(2);
  expect(asked[1]?.job.moved).toMatchObject([{ x: 440 }]);
  await asked[1]?.answer();
  expect(asked).toHaveLength(2);
});

it("drops the answer about a flow that was left", async () => {
  editor().open(flow("g", 700));
  await asked[0]?.answer();
  expect(editor().found.ways.size).toBe(0);
  await asked[1]?.answer();
  expect(editor().found.ways.get("a:1")?.at(-1)).toMatchObject({ x: 698.5 });
});

it("asks again at the next change when there was no answer, not before", async () => {
  await asked[0]?.fail();
  expect(asked).toHaveLength(1);
  drag(420);
  expect(asked).toHaveLength(2);
});
