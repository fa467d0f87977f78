/** What somebody ought to look after, where people land. */
import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { systemApi } from "../api/resources.ts";
import type { Notice } from "../api/types.ts";
import { inLanguage } from "../model/schema.ts";
import { usePreferences } from "../store/preferences.ts";

const SECTIONS: Readonly<Record<string, "menu.calendar">> = { calendar: "menu.calendar" };

export function Notices() {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const { data } = useQuery({ queryKey: ["notices"], queryFn: systemApi.notices });
  const shown = (notice: Notice) => {
    const section = SECTIONS[notice.section];
    return (
      <Alert
        key={notice.code + inLanguage(notice.message, language)}
        className="notice"
        showIcon
        type={notice.severity}
        title={inLanguage(notice.message, language)}
        action={section && <Link to={`/${notice.section}`}>{t("notices.go", { section: t(section) })}</Link>}
        data-testid={`notice-${notice.code}`}
      />
    );
  };
  return <>{data?.notices.map(shown)}</>;
}
