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

/** The parts of an address with others changed; "" and nothing take one away. */
function changed(before: string, part: Part): string {
  const next = new URLSearchParams(before);
  for (const [name, value] of Object.entries(part)) {
    if (value === null || value === undefined || value === "") next.delete(name);
    else next.set(name, String(value));
  }
  return next.toString();
}

/** A part of the address as it is now. */
export function inAddress(name: string): string | null {
  return new URLSearchParams(present()).get(name);
}

/** Change parts of the address that nobody draws by: the router, which would draw the page anew, is not told. */
export function noteInAddress(part: Part): void {
  if (asked !== null) {
    setTimeout(() => noteInAddress(part)); // behind the router, which is about to write the whole
    return;
  }
  const [path = ""] = window.location.hash.split("?", 1);
  const text = changed(present(), part);
  window.history.replaceState(window.history.state, "", text ? `${path}?${text}` : path);
}

/** What the page shows stands in its address, `?name=value`: Back comes back to it, a link shows a colleague the same. */
export function useAddress(): [URLSearchParams, ChangeAddress] {
  const { search } = useLocation();
  const navigate = useNavigate();
  const change = useCallback<ChangeAddress>(
    (part, { replace = false } = {}) => {
      const before = asked ?? present();
      const text = changed(before, part);
      if (text === new URLSearchParams(before).toString()) return;
      asked = text;
      setTimeout(() => (asked = null));
      void navigate({ search: text }, { replace });
    },
    [navigate],
  );
  return [useMemo(() => new URLSearchParams(search), [search]), change];
}
