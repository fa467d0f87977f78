import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { sessionApi } from "../api/resources.ts";
import { usePreferences, type Language } from "../store/preferences.ts";
import { useSession } from "../store/session.ts";

/** Chinese or English, here and for this user's next sign-in. */
export function LanguageSwitch() {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const setLanguage = usePreferences((state) => state.setLanguage);
  const signedIn = useSession((state) => Boolean(state.session));
  const change = (next: Language) => {
    setLanguage(next);
    // The choice holds in this browser even if the server cannot keep it just now.
    if (signedIn) sessionApi.setLocale(next).catch(() => undefined);
  };
  return (
    <Segmented
      size="small"
      aria-label={t("shell.language")}
      value={language}
      options={[
        { value: "zh-CN" as const, label: "中文" },
        { value: "en" as const, label: "English" },
      ]}
      onChange={change}
    />
  );
}
