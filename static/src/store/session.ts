/** Who is signed in. `undefined` until the server has been asked. */
import { useCallback } from "react";
import { create } from "zustand";
import { configure } from "../api/client.ts";
import { ApiError } from "../api/errors.ts";
import { changed, forget } from "../api/queries.ts";
import { sessionApi } from "../api/resources.ts";
import type { Right, Session } from "../api/types.ts";
import { usePreferences } from "./preferences.ts";

interface SessionState {
  readonly session: Session | null | undefined;
  /** The session ended while work was open: sign in again over the page, nothing is lost. */
  readonly expired: boolean;
  readonly problem: string | null;
  readonly load: () => Promise<void>;
  readonly signIn: (name: string, password: string) => Promise<void>;
  readonly signOut: () => Promise<void>;
}

const FALLBACK_ZONE = "Asia/Shanghai";

export const useSession = create<SessionState>()((set) => {
  const begin = (session: Session) => {
    const before = useSession.getState().session;
    if (before?.user.name !== session.user.name) forget();
    configure({ csrf: session.csrf });
    set({ session, expired: false, problem: null });
  };
  return {
    session: undefined,
    expired: false,
    problem: null,
    load: async () => {
      try {
        begin(await sessionApi.current());
      } catch (error) {
        const unknown = error instanceof ApiError && error.status === 401;
        set({ session: null, problem: unknown || !(error instanceof Error) ? null : error.message });
      }
    },
    signIn: async (name, password) => begin(await sessionApi.signIn(name, password)),
    signOut: async () => {
      await sessionApi.signOut();
      configure({ csrf: "" });
      forget();
      set({ session: null, expired: false });
    },
  };
});

configure({
  locale: usePreferences.getState().language,
  onSignedOut: () => {
    if (useSession.getState().session) useSession.setState({ expired: true });
  },
});
usePreferences.subscribe((state, before) => {
  if (state.language === before.language) return;
  configure({ locale: state.language });
  void changed(); // Answers have words in them.
});

export function mayNow(right: Right): boolean {
  return useSession.getState().session?.may.includes(right) ?? false;
}

/** Whether the role of who is signed in is allowed something: nothing is offered that will be refused. */
export function useMay(): (right: Right) => boolean {
  const may = useSession((state) => state.session?.may);
  return useCallback((right) => may?.includes(right) ?? false, [may]);
}

export function useTimeZone(): string {
  return useSession((state) => state.session?.tenant.timezone ?? FALLBACK_ZONE);
}
