/** What this browser remembers: language, light or dark, and which telephone stands beside it. */
import { create } from "zustand";

export type Language = "zh-CN" | "en";
export type Theme = "light" | "dark" | "system";

interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  /** The number of the extension that its user takes part with; "" where none was chosen yet. */
  readonly extension: string;
  readonly setLanguage: (language: Language) => void;
  readonly setTheme: (theme: Theme) => void;
  readonly setExtension: (extension: string) => void;
}

const KEY = "zongji.preferences";

/** The page's language for a locale of the server (`en-US` -> `en`). */
export function languageOf(locale: string | null | undefined): Language {
  return locale?.startsWith("en") ? "en" : "zh-CN";
}

type Kept = Pick<Preferences, "language" | "theme" | "extension">;

function stored(): Kept {
  try {
    const value = JSON.parse(localStorage.getItem(KEY) ?? "{}") as { language?: string; theme?: string; extension?: unknown };
    const theme = value.theme === "dark" || value.theme === "light" ? value.theme : "system";
    return { language: languageOf(value.language), theme, extension: typeof value.extension === "string" ? value.extension : "" };
  } catch {
    return { language: "zh-CN", theme: "system", extension: "" };
  }
}

function keep({ language, theme, extension }: Kept): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ language, theme, extension }));
  } catch {
    // Private windows may refuse: the choice then lasts as long as the page.
  }
}

export const usePreferences = create<Preferences>()((set, get) => {
  const change = (changed: Partial<Kept>) => {
    set(changed);
    keep(get());
  };
  return {
    ...stored(),
    setLanguage: (language) => change({ language }),
    setTheme: (theme) => change({ theme }),
    setExtension: (extension) => change({ extension }),
  };
});
