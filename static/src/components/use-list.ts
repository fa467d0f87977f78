import { useCallback, useEffect, useRef, useState } from "react";
import type { ListQuery, Page } from "../api/types.ts";

export interface List<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly loaded: boolean;
  readonly loading: boolean;
  readonly error: unknown;
  readonly query: ListQuery;
  readonly setQuery: (change: ListQuery) => void;
  readonly reload: () => void;
}

export const PAGE_SIZE = 20;

/** A page of a list of the server, loaded again when the question changes. `load` must be stable. */
export function useList<T>(load: (query: ListQuery) => Promise<Page<T>>, sort?: string): List<T> {
  const [query, put] = useState<ListQuery>({ page: 1, size: PAGE_SIZE, q: "", sort });
  const [page, setPage] = useState<Page<T> | null>(null);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<unknown>(null);
  const [again, setAgain] = useState(0);
  const latest = useRef(0);

  useEffect(() => {
    const turn = ++latest.current;
    setLoading(true);
    load(query)
      .then((result) => {
        if (turn !== latest.current) return;
        setPage(result);
        setError(null);
      })
      .catch((failure: unknown) => turn === latest.current && setError(failure))
      .finally(() => turn === latest.current && setLoading(false));
  }, [load, query, again]);

  const setQuery = useCallback((change: ListQuery) => put((old) => ({ ...old, page: 1, ...change })), []);
  const reload = useCallback(() => setAgain((n) => n + 1), []);
  return { items: page?.items ?? [], total: page?.total ?? 0, loaded: page !== null, loading, error, query, setQuery, reload };
}
