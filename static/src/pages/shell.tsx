import {
  ApartmentOutlined,
  AudioOutlined,
  HistoryOutlined,
  LogoutOutlined,
  MessageOutlined,
  NumberOutlined,
  PhoneOutlined,
  SettingOutlined,
} from "@ant-design/icons";
import { App, Button, Segmented } from "antd";
import { Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { NavLink, Outlet } from "react-router";
import { sessionApi } from "../api/resources.ts";
import { messageOf } from "../components/problem.tsx";
import { Waiting } from "../components/waiting.tsx";
import { startLive, useLive } from "../store/live.ts";
import { usePreferences, type Language } from "../store/preferences.ts";
import { useSession } from "../store/session.ts";
import { SignInAgain } from "./sign-in-page.tsx";

const MENU = [
  { to: "flows", icon: <ApartmentOutlined /> },
  { to: "numbers", icon: <NumberOutlined /> },
  { to: "prompts", icon: <AudioOutlined /> },
  { to: "extensions", icon: <PhoneOutlined /> },
  { to: "calls", icon: <HistoryOutlined /> },
  { to: "voicemail", icon: <MessageOutlined /> },
  { to: "settings", icon: <SettingOutlined /> },
] as const;

function SideMenu() {
  const { t } = useTranslation();
  return (
    <nav className="side" aria-label={t("shell.menu")}>
      {MENU.map(({ to, icon }) => (
        <NavLink key={to} to={`/${to}`} className="side-item" data-testid={`menu-${to}`}>
          {icon}
          <span>{t(`menu.${to}`)}</span>
        </NavLink>
      ))}
    </nav>
  );
}

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

function LiveCount() {
  const { t } = useTranslation();
  const connected = useLive((state) => state.connected);
  const n = useLive((state) => Object.keys(state.calls).length);
  return (
    <NavLink to="/calls" className={`live-count ${connected ? "" : "off"}`} data-testid="live-count">
      <i className={`dot ${n > 0 ? "pulse" : ""}`} aria-hidden="true" />
      {connected ? t("shell.liveCalls", { n }) : t("shell.liveOff")}
    </NavLink>
  );
}

function TopBar() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const session = useSession((state) => state.session);
  const signOut = useSession((state) => state.signOut);
  const leave = () => signOut().catch((error: unknown) => void message.error(messageOf(error)));
  return (
    <header className="top">
      <strong className="brand">
        <img src="favicon.svg" alt="" width="22" height="22" /> {t("app.name")}
      </strong>
      <span className="tenant">{session?.tenant.name}</span>
      <span className="grow" />
      <LiveCount />
      <LanguageSwitch />
      <span className="user" data-testid="user">{session?.user.display_name || session?.user.name}</span>
      <Button size="small" type="text" icon={<LogoutOutlined />} onClick={() => void leave()} data-testid="sign-out">
        {t("shell.signOut")}
      </Button>
    </header>
  );
}

/** The frame of every page: menu at the left, tenant and user at the top. */
export function Shell() {
  const { t } = useTranslation();
  const expired = useSession((state) => state.expired);
  useEffect(startLive, []);
  return (
    <div className="shell">
      <TopBar />
      <SideMenu />
      <div className="content">
        <Suspense fallback={<Waiting what={t("waiting.page")} />}>
          <Outlet />
        </Suspense>
      </div>
      {expired && <SignInAgain />}
    </div>
  );
}
