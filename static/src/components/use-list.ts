import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import type { Kind } from "../api/queries.ts";
import type { ListQuery, Page } from "../api/types.ts";
import { useAddress } from "./use-address.ts";

export interface List<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly loaded: boolean;
  /** Another question has been asked than the one whose answer is shown. */
  readonly loading: boolean;
  readonly error: unknown;
  readonly query: ListQuery;
  /** Ask for something else; from its first page, unless one is named. */
  readonly setQuery: (change: ListQuery, how?: { readonly replace?: boolean }) => void;
  readonly reload: () => void;
}

export const PAGE_SIZE = 20;

interface Options {
  /** How it is sorted unless somebody wants it otherwise. */
  readonly sort: string;
  /** Further parameters of the list, which stand in the address under their own names. */
  readonly filters?: readonly string[];
}

function whole(text: string | null, otherwise: number, most: number): number {
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 && value <= most ? value : otherwise;
}

/** The question that an address asks; what makes no sense in it counts as not there. */
export function questionIn(address: URLSearchParams, { sort, filters = [] }: Options): ListQuery {
  return {
    page: whole(address.get("page"), 1, 1_000_000),
    size: whole(address.get("size"), PAGE_SIZE, 500),
    q: address.get("q") ?? "",
    sort: address.get("sort") ?? sort,
    ...Object.fromEntries(filters.map((name) => [name, address.get(name) ?? undefined])),
  };
}

/** A page of a list of the server, as the address asks for it. `load` and `options` must be stable. */
export function useList<T>(kind: Kind, load: (query: ListQuery) => Promise<Page<T>>, options: Options): List<T> {
  const [address, change] = useAddress();
  const query = useMemo(() => questionIn(address, options), [address, options]);
  const { data, isPlaceholderData, error, refetch } = useQuery({
    queryKey: [kind, "list", query],
    queryFn: () => load(query),
    placeholderData: keepPreviousData,
  });
  const setQuery = useCallback(
    ({ page, size, sort, ...others }: ListQuery, how?: { readonly replace?: boolean }) =>
      change(
        {
          ...others,
          page: page === 1 ? null : page,
          ...(size === undefined ? {} : { size: size === PAGE_SIZE ? null : size }),
          ...(sort === undefined ? {} : { sort: sort === options.sort ? null : sort }),
        },
        how,
      ),
    [change, options],
  );
  const pages = data && !isPlaceholderData ? Math.max(1, Math.ceil(data.total / data.size)) : Infinity;
  const beyond = (query.page ?? 1) > pages;
  useEffect(() => {
    if (beyond) setQuery({ page: pages }, { replace: true }); // What stood on this page has gone.
  }, [beyond, pages, setQuery]);
  return {
    items: data?.items ?? [],
    total: data?.total ?? 0,
    loaded: data !== undefined,
    loading: isPlaceholderData,
    error,
    query,
    setQuery,
    reload: useCallback(() => void refetch(), [refetch]),
  };
}
