import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { usePreferences, type Language } from "../store/preferences.ts";
import { en } from "./en.ts";
import { zhCN } from "./zh-cn.ts";

function applyLanguage(language: Language): void {
  dayjs.locale(language === "en" ? "en" : "zh-cn"); // names of months and days in calendars
  document.documentElement.lang = language;
  document.title = language === "en" ? "Zongji" : "总机 Zongji";
}

void i18next.use(initReactI18next).init({
  lng: usePreferences.getState().language,
  fallbackLng: "zh-CN",
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  resources: { "zh-CN": { translation: zhCN }, en: { translation: en } },
});
applyLanguage(usePreferences.getState().language);

usePreferences.subscribe((state) => {
  if (state.language === i18next.language) return;
  void i18next.changeLanguage(state.language);
  applyLanguage(state.language);
});

export { i18next };
