import { expect, it } from "vitest";
import type { ListQuery } from "./types.ts";
import { wholeList } from "./whole-list.ts";

function server(total: number) {
  const asked: ListQuery[] = [];
  const load = (query: ListQuery) => {
    asked.push(query);
    const { page = 1, size = 50 } = query;
    const numbers = Array.from({ length: total }, (_, i) => i);
    return Promise.resolve({ items: numbers.slice((page - 1) * size, page * size), total, page, size });
  };
  return { asked, load };
}

it.each([0, 1, 500, 501, 1700])("gathers all of %i entries in their order", async (total) => {
  const { load } = server(total);
  expect(await wholeList(load, { sort: "name" })).toEqual(Array.from({ length: total }, (_, i) => i));
});

it("asks no oftener than it must, and in the order wanted", async () => {
  const { load, asked } = server(1000);
  await wholeList(load, { sort: "name" });
  expect(asked.map(({ page, sort }) => [page, sort])).toEqual([[1, "name"], [2, "name"]]);
});

it("ends where entries go while it asks", async () => {
  const pages = [[1, 2], []];
  const load = ({ page = 1 }: ListQuery) => Promise.resolve({ items: pages[page - 1] ?? [], total: 3, page, size: 2 });
  expect(await wholeList(load, {})).toEqual([1, 2]);
});
