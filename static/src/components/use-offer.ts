import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Kind } from "../api/queries.ts";

interface Offer<T> {
  /** null until they are known. */
  readonly items: readonly T[] | null;
  /** Why they cannot be known. */
  readonly error: unknown;
  readonly retry: () => void;
}

/** What a picker offers. key: names what `load` asks for; load: null where there is nothing to ask for. */
export function useOffer<T>(key: readonly [Kind, ...unknown[]], load: (() => Promise<readonly T[]>) | null): Offer<T> {
  const { data, error, refetch } = useQuery({ queryKey: [...key, "all"], queryFn: () => load?.() ?? [], enabled: load !== null });
  return { items: load === null ? null : (data ?? null), error, retry: useCallback(() => void refetch(), [refetch]) };
}
