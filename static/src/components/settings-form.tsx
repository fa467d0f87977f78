/** What all cards of the settings have: a title over what is still asked for, and a form that its button saves. */
import { Button } from "antd";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { changed } from "../api/queries.ts";
import { useMay } from "../store/session.ts";
import { Problem } from "./problem.tsx";
import { Waiting } from "./waiting.tsx";

export interface Saving {
  readonly error: unknown;
  readonly busy: boolean;
  readonly done: boolean;
  /** Change what stands in the form: what was said of the last save counts no more. */
  readonly edit: (change: () => void) => void;
  readonly submit: (event: FormEvent) => void;
}

export function useSaving(save: () => Promise<unknown>): Saving {
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const edit = (change: () => void) => {
    setDone(false);
    setError(null);
    change();
  };
  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      await save();
      setDone(true);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
      void changed();
    }
  };
  return {
    error,
    busy,
    done,
    edit,
    submit: (event) => {
      event.preventDefault();
      void submit();
    },
  };
}

interface SaveRowProps {
  readonly saving: Saving;
  readonly unchanged?: boolean;
  /** Told after a save; "Saved" where nothing is said. */
  readonly saved?: string;
  /** The error is shown at its fields. */
  readonly told?: boolean;
  readonly testId: string;
}

export function SaveRow({ saving, unchanged = false, saved, told = false, testId }: SaveRowProps) {
  const { t } = useTranslation();
  const mayChange = useMay()("settings.edit");
  return (
    <>
      <Problem error={told ? null : saving.error} />
      {mayChange && (
        <Button type="primary" htmlType="submit" loading={saving.busy} disabled={unchanged} data-testid={testId}>
          {t("common.save")}
        </Button>
      )}
      {saving.done && <span className="done" role="status">{saved ?? t("common.saved")}</span>}
    </>
  );
}

interface SettingsCardProps<T> {
  readonly title: string;
  readonly data: T | undefined;
  readonly error: unknown;
  readonly retry: () => void;
  /** Shown whether or not what is asked for has come. */
  readonly note?: ReactNode;
  readonly children: (data: T) => ReactNode;
}

export function SettingsCard<T>({ title, data, error, retry, note, children }: SettingsCardProps<T>) {
  const { t } = useTranslation();
  return (
    <section className="settings-card">
      <h2>{title}</h2>
      <Problem error={error} retry={retry} />
      {note}
      {data === undefined && !error && <Waiting what={t("waiting.settings")} />}
      {data !== undefined && children(data)}
    </section>
  );
}
