import { useCallback, useMemo } from "react";
import { useLocation, useNavigate } from "react-router";

type Part = Readonly<Record<string, string | number | null | undefined>>;

export type ChangeAddress = (part: Part, how?: { readonly replace?: boolean }) => void;

/** What was asked for in this turn and may not stand in the address yet: changes of one turn add up. */
let asked: string | null = null;

/** `?name=value` of the address as it is now; what a component was rendered with may be older. */
function present(): string {
  const { hash } = window.location;
  const at = hash.indexOf("?");
  return at < 0 ? "" : hash.slice(at + 1);
}

/** What the page shows stands in its address, `?name=value`: Back comes back to it, a link shows a colleague the same. */
export function useAddress(): [URLSearchParams, ChangeAddress] {
  const { search } = useLocation();
  const navigate = useNavigate();
  const change = useCallback<ChangeAddress>(
    (part, { replace = false } = {}) => {
      const before = new URLSearchParams(asked ?? present());
      const next = new URLSearchParams(before);
      for (const [name, value] of Object.entries(part)) {
        if (value === null || value === undefined || value === "") next.delete(name);
        else next.set(name, String(value));
      }
      const text = next.toString();
      if (text === before.toString()) return;
      asked = text;
      setTimeout(() => (asked = null));
      void navigate({ search: text }, { replace });
    },
    [navigate],
  );
  return [useMemo(() => new URLSearchParams(search), [search]), change];
}
