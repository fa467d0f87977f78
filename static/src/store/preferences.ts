/** What this browser remembers: language and light or dark. */
import { create } from "zustand";

export type Language = "zh-CN" | "en";
export type Theme = "light" | "dark" | "system";

interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  readonly setLanguage: (language: Language) => void;
  readonly setTheme: (theme: Theme) => void;
}

const KEY = "zongji.preferences";

/** The page's language for a locale of the server (`en-US` -> `en`). */
export function languageOf(locale: string | null | undefined): Language {
  return locale?.startsWith("en") ? "en" : "zh-CN";
}

function stored(): { language: Language; theme: Theme } {
  try {
    const value = JSON.parse(localStorage.getItem(KEY) ?? "{}") as { language?: string; theme?: string };
    const theme = value.theme === "dark" || value.theme === "light" ? value.theme : "system";
    return { language: languageOf(value.language), theme };
  } catch {
    return { language: "zh-CN", theme: "system" };
  }
}

function keep(value: { language: Language; theme: Theme }): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(value));
  } catch {
    // Private windows may refuse: the choice then lasts as long as the page.
  }
}

export const usePreferences = create<Preferences>()((set, get) => ({
  ...stored(),
  setLanguage: (language) => {
    set({ language });
    keep({ language, theme: get().theme });
  },
  setTheme: (theme) => {
    set({ theme });
    keep({ language: get().language, theme });
  },
}));
