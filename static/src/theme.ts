/** Ant Design's default tokens with one accent, light and dark. */
import { theme, type ThemeConfig } from "antd";
import { useEffect, useSyncExternalStore } from "react";
import { usePreferences } from "./store/preferences.ts";

const ACCENT = "#1664ff";
/** Whoever wants less motion from the system gets none from the page; looked at once, when the page begins. */
export const STILL = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");

function followSystem(changed: () => void): () => void {
  darkSystem.addEventListener("change", changed);
  return () => darkSystem.removeEventListener("change", changed);
}

export function useDark(): boolean {
  const chosen = usePreferences((state) => state.theme);
  const system = useSyncExternalStore(followSystem, () => darkSystem.matches);
  return chosen === "system" ? system : chosen === "dark";
}

function config(dark: boolean): ThemeConfig {
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: ACCENT,
      fontSize: 14,
      borderRadius: 6,
      fontFamily: `system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif`,
      motion: !STILL,
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.16s",
    },
  };
}

const LIGHT = config(false);
const DARK = config(true);

/** The theme to give to Ant Design; our own style sheet follows the attribute on the root element. */
export function useTheme(): ThemeConfig {
  const dark = useDark();
  useEffect(() => {
    document.documentElement.dataset["theme"] = dark ? "dark" : "light";
  }, [dark]);
  return dark ? DARK : LIGHT;
}
