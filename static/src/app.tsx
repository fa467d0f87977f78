import { QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { createHashRouter, Link, Navigate, RouterProvider } from "react-router";
import { queries } from "./api/queries.ts";
import { Waiting } from "./components/waiting.tsx";
import { Problem } from "./components/problem.tsx";
import { Shell } from "./pages/shell.tsx";
import { SignInPage } from "./pages/sign-in-page.tsx";
import { usePreferences } from "./store/preferences.ts";
import { useSession } from "./store/session.ts";
import { adoptTypedAddresses } from "./typed-addresses.ts";
import { useTheme } from "./theme.ts";

const FlowsPage = lazy(() => import("./pages/flows-page.tsx"));
const EditorPage = lazy(() => import("./pages/editor-page.tsx"));
const NumbersPage = lazy(() => import("./pages/numbers-page.tsx"));
const CalendarPage = lazy(() => import("./pages/calendar-page.tsx"));
const PromptsPage = lazy(() => import("./pages/prompts-page.tsx"));
const ExtensionsPage = lazy(() => import("./pages/extensions-page.tsx"));
const GroupsPage = lazy(() => import("./pages/groups-page.tsx"));
const CallsPage = lazy(() => import("./pages/calls-page.tsx"));
const VoicemailPage = lazy(() => import("./pages/voicemail-page.tsx"));
const AuditPage = lazy(() => import("./pages/audit-page.tsx"));
const SettingsPage = lazy(() => import("./pages/settings-page.tsx"));

/** A fault of ours: say so, and offer a try and the way out; the menu beside it leads out, too. */
function Crash() {
  const { t } = useTranslation();
  return (
    <div className="no-such-page" data-testid="crash">
      <Problem error={new Error(t("app.crash"))} retry={() => window.location.reload()} />
      <Link to="/flows">{t("app.toFlows")}</Link>
    </div>
  );
}

function NoSuchPage() {
  const { t } = useTranslation();
  return (
    <div className="no-such-page">
      <Problem error={new Error(t("app.noPage"))} />
      <Link to="/flows">{t("app.toFlows")}</Link>
    </div>
  );
}

/** "详情" stays "详情": no space between two characters. */
const BUTTON = { autoInsertSpace: false };

const typed = adoptTypedAddresses();
const router = createHashRouter([
  {
    path: "/",
    element: <Shell />,
    errorElement: <Crash />,
    children: [
      {
        errorElement: <Crash />,
        children: [
          { index: true, element: <Navigate to="/flows" replace /> },
          { path: "flows", element: <FlowsPage /> },
          { path: "flows/:id", element: <EditorPage /> },
          { path: "flows/:id/versions/:version", element: <EditorPage /> },
          { path: "numbers", element: <NumbersPage /> },
          { path: "calendar", element: <CalendarPage /> },
          { path: "prompts", element: <PromptsPage /> },
          { path: "extensions", element: <ExtensionsPage /> },
          { path: "groups", element: <GroupsPage /> },
          { path: "calls", element: <CallsPage /> },
          { path: "voicemail", element: <VoicemailPage /> },
          { path: "audit", element: <AuditPage /> },
          { path: "settings", element: <SettingsPage /> },
          { path: "*", element: <NoSuchPage /> },
        ],
      },
    ],
  },
]);
typed.follow(router);

function Content() {
  const { t } = useTranslation();
  const session = useSession((state) => state.session);
  const problem = useSession((state) => state.problem);
  const load = useSession((state) => state.load);
  useEffect(() => void load(), [load]);

  if (session === undefined) return <Waiting what={t("waiting.session")} />;
  if (session === null && problem) return <Problem error={new Error(problem)} retry={() => void load()} />;
  if (session === null) return <SignInPage />;
  return (
    <Suspense fallback={<Waiting what={t("waiting.page")} />}>
      <RouterProvider router={router} />
    </Suspense>
  );
}

export function App() {
  const language = usePreferences((state) => state.language);
  const theme = useTheme();
  return (
    <QueryClientProvider client={queries}>
      <ConfigProvider locale={language === "en" ? enUS : zhCN} theme={theme} button={BUTTON}>
        <AntApp className="app" message={{ maxCount: 3 }}>
          <Content />
        </AntApp>
      </ConfigProvider>
    </QueryClientProvider>
  );
}
