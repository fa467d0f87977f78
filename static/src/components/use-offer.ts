import { useCallback, useEffect, useState } from "react";

interface Offer<T> {
  /** null until they are known. */
  readonly items: readonly T[] | null;
  /** Why they cannot be known. */
  readonly error: unknown;
  readonly retry: () => void;
}

/** What a picker offers. `load` must be stable; null where there is nothing to ask for. */
export function useOffer<T>(load: (() => Promise<readonly T[]>) | null): Offer<T> {
  const [items, setItems] = useState<readonly T[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [again, setAgain] = useState(0);
  useEffect(() => {
    let here = true;
    setItems(null);
    setError(null);
    load?.()
      .then((found) => here && setItems(found))
      .catch((failure: unknown) => here && setError(failure));
    return () => {
      here = false;
    };
  }, [load, again]);
  return { items, error, retry: useCallback(() => setAgain((n) => n + 1), []) };
}
