import { useCallback, useEffect, useMemo, useRef } from "react";
import { useLocation, useNavigate } from "react-router";

type Part = Readonly<Record<string, string | number | null | undefined>>;

export type ChangeAddress = (part: Part, how?: { readonly replace?: boolean }) => void;

/** What the page shows stands in its address, `?name=value`: Back comes back to it, a link shows a colleague the same. */
export function useAddress(): [URLSearchParams, ChangeAddress] {
  const { search } = useLocation();
  const navigate = useNavigate();
  const latest = useRef(search);
  useEffect(() => {
    latest.current = search;
  }, [search]);
  const change = useCallback<ChangeAddress>(
    (part, { replace = false } = {}) => {
      const next = new URLSearchParams(latest.current);
      for (const [name, value] of Object.entries(part)) {
        if (value === null || value === undefined || value === "") next.delete(name);
        else next.set(name, String(value));
      }
      const text = next.toString();
      if (text === new URLSearchParams(latest.current).toString()) return;
      latest.current = text;
      void navigate({ search: text }, { replace });
    },
    [navigate],
  );
  return [useMemo(() => new URLSearchParams(search), [search]), change];
}
