import {
  ApartmentOutlined,
  AudioOutlined,
  CalendarOutlined,
  FileTextOutlined,
  HistoryOutlined,
  LogoutOutlined,
  MessageOutlined,
  NumberOutlined,
  PhoneOutlined,
  SettingOutlined,
  TeamOutlined,
} from "../components/icons.tsx";
import { App, Button } from "antd";
import { Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { NavLink, Outlet } from "react-router";
import { LanguageSwitch } from "../components/language-switch.tsx";
import { messageOf } from "../components/problem.tsx";
import { Waiting } from "../components/waiting.tsx";
import { startLive, useLive } from "../store/live.ts";
import { useMay, useSession } from "../store/session.ts";
import { SignInAgain } from "./sign-in-page.tsx";

const MENU = [
  { to: "flows", needs: "flows.read", icon: <ApartmentOutlined /> },
  { to: "numbers", needs: "numbers.read", icon: <NumberOutlined /> },
  { to: "calendar", needs: "calendar.read", icon: <CalendarOutlined /> },
  { to: "prompts", needs: "prompts.read", icon: <AudioOutlined /> },
  { to: "extensions", needs: "extensions.read", icon: <PhoneOutlined /> },
  { to: "groups", needs: "groups.read", icon: <TeamOutlined /> },
  { to: "calls", needs: "calls.read", icon: <HistoryOutlined /> },
  { to: "voicemail", needs: "voicemail.read", icon: <MessageOutlined /> },
  { to: "audit", needs: "audit.read", icon: <FileTextOutlined /> },
  { to: "settings", needs: null, icon: <SettingOutlined /> },
] as const;

function SideMenu() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <nav className="side" aria-label={t("shell.menu")}>
      {MENU.filter(({ needs }) => needs === null || may(needs)).map(({ to, icon }) => (
        <NavLink key={to} to={`/${to}`} className="side-item" data-testid={`menu-${to}`}>
          {icon}
          <span>{t(`menu.${to}`)}</span>
        </NavLink>
      ))}
    </nav>
  );
}

function LiveCount() {
  const { t } = useTranslation();
  const connected = useLive((state) => state.connected);
  const answering = useLive((state) => state.alive !== false);
  const n = useLive((state) => Object.keys(state.calls).length);
  const words = answering ? t("shell.liveCalls", { count: n }) : t("shell.noCalls");
  return (
    <NavLink to="/calls" className={`live-count ${connected && answering ? "" : "off"}`} data-testid="live-count">
      <i className={`dot ${n > 0 ? "pulse" : ""}`} aria-hidden="true" />
      {connected ? words : t("shell.liveOff")}
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
        <img src="/favicon.svg" alt="" width="22" height="22" /> {t("app.name")}
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
