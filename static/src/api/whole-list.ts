/** For pickers: every entry of a list, however many pages it has. */
import type { ListQuery, Page } from "./types.ts";

const MOST_PER_PAGE = 500;

export async function wholeList<T>(load: (query: ListQuery) => Promise<Page<T>>, query: ListQuery): Promise<readonly T[]> {
  const items: T[] = [];
  for (let page = 1; ; page++) {
    const found = await load({ ...query, page, size: MOST_PER_PAGE });
    items.push(...found.items);
    if (found.items.length === 0 || items.length >= found.total) return items;
  }
}
