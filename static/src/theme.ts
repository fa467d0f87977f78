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

/** Ant Design's own greys and signal colours are too pale to read (WCAG 2.2, 1.4.3: 4.5 to 1). */
const LIGHT_TEXTS = {
  colorLink: "#0f52d9", colorError: "#c4262c", colorWarning: "#8f5200", colorSuccess: "#0e7034",
  colorTextDescription: "#5a6572", colorTextTertiary: "#5a6572", colorTextPlaceholder: "#5f6a77",
};
/** Its grounds, which would be made from the darker colours above, and be too dark for them. */
const LIGHT_GROUNDS = {
  colorErrorBg: "#fff1f0", colorErrorBorder: "#ffa39e", colorWarningBg: "#fff7e6", colorWarningBorder: "#ffd591",
  colorSuccessBg: "#f0faf2", colorSuccessBorder: "#a9dbb4",
};
const DARK_TEXTS = { colorLink: "#85b0ff", colorTextDescription: "#9aa3af", colorTextTertiary: "#9aa3af", colorTextPlaceholder: "#9aa3af" };

/** The ground of a pressable thing under the pointer, with white on it; as a text it can be read on light grounds alone. */
const PRESSABLE = "#0f52d9";

function config(dark: boolean): ThemeConfig {
  const accentText = (dark ? DARK_TEXTS : LIGHT_TEXTS).colorLink;
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: ACCENT,
      colorPrimaryHover: accentText,
      ...(dark ? DARK_TEXTS : { ...LIGHT_TEXTS, ...LIGHT_GROUNDS }),
      fontSize: 14,
      borderRadius: 6,
      fontFamily: `system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif`,
      motion: !STILL,
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.16s",
    },
    components: {
      Button: {
        colorPrimaryHover: PRESSABLE,
        defaultHoverColor: accentText, defaultHoverBorderColor: accentText,
        defaultActiveColor: accentText, defaultActiveBorderColor: accentText,
      },
      Tabs: { itemSelectedColor: accentText, itemHoverColor: accentText, itemActiveColor: accentText },
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
