import { QueryObserver, type QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { Freshener, newQueries } from "./queries.ts";

/** A list that somebody looks at; each question waits until it is answered by hand with what the server has then. */
function watched(client: QueryClient) {
  const waiting: ((value: number) => void)[] = [];
  let asked = 0;
  const observer = new QueryObserver<number>(client, {
    queryKey: ["calls"],
    queryFn: () => {
      asked += 1;
      return new Promise((resolve) => waiting.push(resolve));
    },
  });
  observer.subscribe(() => undefined);
  const answer = async (value: number) => {
    waiting.shift()?.(value);
    for (let i = 0; i < 10; i++) await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  return { answer, shown: () => observer.getCurrentResult().data, asked: () => asked };
}

it("asks again for what changed while the question was on its way", async () => {
  const client = newQueries();
  const list = watched(client);
  new Freshener(client).freshen("calls");
  await list.answer(1);
  expect([list.shown(), list.asked()]).toEqual([1, 2]);
  await list.answer(2);
  expect([list.shown(), list.asked()]).toEqual([2, 2]);
});

it("shows every answer on a line so busy that each comes too late, and ends with the last", async () => {
  const client = newQueries();
  const list = watched(client);
  const freshener = new Freshener(client);
  const shown: unknown[] = [];
  for (let call = 1; call <= 5; call++) {
    freshener.freshen("calls");
    freshener.freshen("calls");
    await list.answer(call);
    shown.push(list.shown());
  }
  await list.answer(6);
  expect([...shown, list.shown()]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(list.asked()).toBe(6);
});

it("asks nothing of what nobody looks at", async () => {
  const client = newQueries();
  const list = watched(client);
  await list.answer(1);
  new Freshener(client).freshen("voicemails");
  await list.answer(0);
  expect(list.asked()).toBe(1);
});
