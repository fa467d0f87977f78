import { useQuery } from "@tanstack/react-query";
import { Button, Input, Segmented } from "antd";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/errors.ts";
import { sessionApi, systemApi } from "../api/resources.ts";
import { FormRow } from "../components/form-dialog.tsx";
import { CallingSettings } from "../components/calling-settings.tsx";
import { ExchangeSettings } from "../components/exchange-settings.tsx";
import { SpeechSettings } from "../components/speech-settings.tsx";
import { LanguageSwitch } from "../components/language-switch.tsx";
import { Problem } from "../components/problem.tsx";
import { Time } from "../components/time.tsx";
import { Waiting } from "../components/waiting.tsx";
import { megabytes } from "../components/use-prompt-upload.tsx";
import { usePreferences, type Theme } from "../store/preferences.ts";
import { useSession } from "../store/session.ts";
import { QuotaCard } from "./quota-card.tsx";

export function PasswordForm() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const shortest = useSession(({ session }) => session?.user.password_length ?? 0);
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const differs = again !== "" && again !== next;
  const refused = (field: string) => (error instanceof ApiError ? error.issues.find((issue) => issue.field === field)?.message[language] : undefined);
  const oldRefused = refused("old");
  const help = t("settings.passwordHelp", { n: shortest });
  const short = next !== "" && next.length < shortest;
  const nextRefused = short ? help : refused("new");

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    setDone(false);
    try {
      await sessionApi.setPassword(old, next);
      setOld("");
      setNext("");
      setAgain("");
      setDone(true);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="settings-card" onChange={() => setError(null)} onSubmit={(event) => void submit(event)}>
      <h2>{t("settings.password")}</h2>
      <FormRow label={t("settings.oldPassword")} error={oldRefused}>
        <Input.Password value={old} status={oldRefused ? "error" : ""} autoComplete="current-password" onChange={(event) => setOld(event.target.value)} data-testid="old-password" />
      </FormRow>
      <FormRow label={t("settings.newPassword")} help={help} error={nextRefused}>
        <Input.Password value={next} status={nextRefused ? "error" : ""} autoComplete="new-password" onChange={(event) => setNext(event.target.value)} data-testid="new-password" />
      </FormRow>
      <FormRow label={t("settings.again")} error={differs ? t("settings.differs") : undefined}>
        <Input.Password value={again} status={differs ? "error" : ""} autoComplete="new-password" onChange={(event) => setAgain(event.target.value)} data-testid="new-password-again" />
      </FormRow>
      <Problem error={oldRefused || nextRefused ? null : error} />
      <Button type="primary" htmlType="submit" loading={busy} disabled={!old || next.length < shortest || next !== again} data-testid="change-password">
        {t("settings.change")}
      </Button>
      {done && <span className="done" role="status">{t("settings.changed")}</span>}
    </form>
  );
}

function SystemFacts() {
  const { t } = useTranslation();
  const { data: status, error, refetch } = useQuery({ queryKey: ["status"], queryFn: systemApi.status });
  return (
    <section className="settings-card">
      <h2>{t("settings.system")}</h2>
      <Problem error={error} retry={() => void refetch()} />
      {!status && !error && <Waiting what={t("waiting.settings")} />}
      {status && (
        <dl className="facts">
          <div><dt>{t("settings.runtime")}</dt><dd>{t(`settings.state.${status.runtime.state}`)}</dd></div>
          <div><dt>{t("settings.since")}</dt><dd><Time at={status.runtime.since} /></dd></div>
          <div><dt>{t("settings.sip")}</dt><dd>{status.sip.addresses.join(t("common.listComma")) || "–"}</dd></div>
          {status.sip.domain && <div><dt>{t("extensions.domain")}</dt><dd data-testid="sip-domain">{status.sip.domain}</dd></div>}
          {status.limits.calls !== null && <div><dt>{t("settings.callsLimit")}</dt><dd>{status.limits.calls}</dd></div>}
          {status.limits.calls_per_second !== null && <div><dt>{t("settings.rateLimit")}</dt><dd>{status.limits.calls_per_second}</dd></div>}
          <div><dt>{t("settings.uploadLimit")}</dt><dd>{megabytes(status.limits.upload_bytes)} MB</dd></div>
        </dl>
      )}
    </section>
  );
}

export default function SettingsPage() {
  const { t } = useTranslation();
  const session = useSession((state) => state.session);
  const user = session?.user;
  const userName = user && user.display_name && user.display_name !== user.name ? `${user.display_name} (${user.name})` : user?.name;
  const theme = usePreferences((state) => state.theme);
  const setTheme = usePreferences((state) => state.setTheme);
  const themes: readonly Theme[] = ["system", "light", "dark"];
  return (
    <main className="page settings">
      <header className="page-head">
        <h1>{t("menu.settings")}</h1>
      </header>
      <section className="settings-card">
        <h2>{t("settings.look")}</h2>
        <div className="form-row">
          <span className="form-label">{t("shell.language")}</span>
          <span><LanguageSwitch /></span>
        </div>
        <div className="form-row">
          <span className="form-label">{t("settings.theme")}</span>
          <span>
            <Segmented value={theme} aria-label={t("settings.theme")} options={themes.map((value) => ({ value, label: t(`settings.theme.${value}`) }))} onChange={setTheme} />
          </span>
        </div>
        <dl className="facts">
          <div><dt>{t("settings.user")}</dt><dd>{userName}</dd></div>
          <div><dt>{t("settings.tenant")}</dt><dd>{session?.tenant.name} · {session?.tenant.timezone}</dd></div>
        </dl>
      </section>
      <SpeechSettings />
      <CallingSettings />
      <ExchangeSettings />
      <PasswordForm />
      <QuotaCard />
      <SystemFacts />
    </main>
  );
}
