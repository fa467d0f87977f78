/** Addresses typed into the browser become entries that the router knows, so that leaving by one can be asked about. */
import type { createHashRouter } from "react-router";

interface Entry {
  readonly idx?: number;
}

function place(): number | undefined {
  return (window.history.state as Entry | null)?.idx;
}

/**
 * The router numbers the entries that it made, and cannot hold back a step to one without a number. A typed address is
 * such an entry, always the one after the present: it gets that number here, before the router's own listener looks.
 * Call it before the router is made; `follow` then keeps step with the entries of the router.
 */
export function adoptTypedAddresses(): { readonly follow: (router: ReturnType<typeof createHashRouter>) => void } {
  let last = place() ?? 0;
  const adopt = () => {
    if (place() === undefined) window.history.replaceState({ idx: last + 1, key: Math.random().toString(36).slice(2), usr: null }, "");
    last = place() ?? last;
  };
  window.addEventListener("popstate", adopt, { capture: true });
  return {
    follow(router) {
      last = place() ?? last;
      router.subscribe(() => {
        last = place() ?? last;
      });
    },
  };
}
