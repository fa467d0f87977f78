import { Button, Input, Modal } from "antd";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { LanguageSwitch } from "../components/language-switch.tsx";
import { Problem } from "../components/problem.tsx";
import { languageOf, usePreferences } from "../store/preferences.ts";
import { useSession } from "../store/session.ts";

function SignInForm({ fixedName }: { readonly fixedName?: string | undefined }) {
  const { t } = useTranslation();
  const signIn = useSession((state) => state.signIn);
  const [name, setName] = useState(fixedName ?? "");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await signIn(name.trim(), password);
      const locale = useSession.getState().session?.user.locale;
      if (locale && !localStorage.getItem("zongji.preferences")) usePreferences.getState().setLanguage(languageOf(locale));
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className="sign-in-form" onChange={() => setError(null)} onSubmit={(event) => void submit(event)}>
      <label className="form-row">
        <span className="form-label">{t("signIn.name")}</span>
        <Input
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="username"
          name="name"
          disabled={fixedName !== undefined}
          autoFocus={fixedName === undefined}
          data-testid="sign-in-name"
        />
      </label>
      <label className="form-row">
        <span className="form-label">{t("signIn.password")}</span>
        <Input.Password
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="current-password"
          name="password"
          autoFocus={fixedName !== undefined}
          data-testid="sign-in-password"
        />
      </label>
      <Problem error={error} />
      <Button type="primary" htmlType="submit" block loading={busy} data-testid="sign-in">
        {t("signIn.submit")}
      </Button>
    </form>
  );
}

export function SignInPage() {
  const { t } = useTranslation();
  return (
    <div className="sign-in">
      <div className="sign-in-card">
        <header>
          <img src="/favicon.svg" alt="" width="36" height="36" />
          <div>
            <h1>{t("app.name")}</h1>
            <p>{t("app.tagline")}</p>
          </div>
        </header>
        <SignInForm />
        <footer>
          <LanguageSwitch />
        </footer>
      </div>
    </div>
  );
}

/** The session ran out while something was open: sign in over it, and go on where one was. */
export function SignInAgain() {
  const { t } = useTranslation();
  const name = useSession((state) => state.session?.user.name);
  return (
    <Modal open closable={false} footer={null} width={360} title={t("signIn.again")}>
      <p className="form-help">{t("signIn.againHelp")}</p>
      <SignInForm fixedName={name} />
    </Modal>
  );
}
