/** The company's voices and speed: chosen, listened to, saved for the next publishing. */
import { Button, Input } from "antd";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { changed } from "../api/queries.ts";
import { speechApi } from "../api/resources.ts";
import type { Speech } from "../api/types.ts";
import { useMay } from "../store/session.ts";
import { FormRow } from "./form-dialog.tsx";
import { Problem } from "./problem.tsx";
import { TextPlayer } from "./prompt-player.tsx";
import { useSpeech } from "./use-speech.ts";
import type { Locale } from "../model/document.ts";
import { SpeakerNote, SpeedSelect, VoiceSelect } from "./voice.tsx";
import { Waiting } from "./waiting.tsx";

const LOCALES = ["zh-CN", "en-US"] as const;

type Chosen = Readonly<Record<string, string>>;

function same(a: Chosen, b: Chosen): boolean {
  return LOCALES.every((locale) => a[locale] === b[locale]);
}

function SpeechForm({ speech }: { readonly speech: Speech }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Chosen>(speech.chosen);
  const [speed, setSpeed] = useState(speech.speed);
  const [samples, setSamples] = useState<Chosen>({});
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const mayChange = useMay()("settings.edit");
  useEffect(() => {
    setChosen(speech.chosen);
    setSpeed(speech.speed);
  }, [speech.chosen, speech.speed]);

  const edit = (change: () => void) => {
    setDone(false);
    setError(null);
    change();
  };
  const choose = (locale: Locale, voice: string | null) =>
    edit(() => setChosen(({ [locale]: _, ...others }) => (voice === null ? others : { ...others, [locale]: voice })));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await speechApi.change({ revision: speech.revision, chosen, speed });
      setDone(true);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
      void changed();
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      {LOCALES.map((locale) => {
        const name = t(`voice.sampleOf.${locale}`);
        const text = samples[locale] ?? t(`voice.sample.${locale}`);
        return (
          <FormRow key={locale} label={t(`voice.of.${locale}`)}>
            <span className="voice-row">
              <VoiceSelect size="middle" locale={locale} value={chosen[locale] ?? null} usual={t("voice.house")} disabled={!mayChange} onChange={(voice) => choose(locale, voice)} />
              <Input aria-label={name} lang={locale} value={text} maxLength={200} onChange={(event) => setSamples({ ...samples, [locale]: event.target.value })} />
            </span>
            {text.trim() && <TextPlayer name={name} text={text.trim()} locale={locale} manner={{ voice: chosen[locale] ?? null, speed }} />}
          </FormRow>
        );
      })}
      <FormRow label={t("voice.speed")} help={t("voice.help")}>
        <SpeedSelect size="middle" value={speed} disabled={!mayChange} onChange={(next) => edit(() => setSpeed(next ?? 1))} />
      </FormRow>
      <Problem error={error} />
      {mayChange && (
        <Button type="primary" htmlType="submit" loading={busy} disabled={same(chosen, speech.chosen) && speed === speech.speed} data-testid="save-speech">
          {t("common.save")}
        </Button>
      )}
      {done && <span className="done" role="status">{t("voice.saved")}</span>}
    </form>
  );
}

export function SpeechSettings() {
  const { t } = useTranslation();
  const { speech, error, retry } = useSpeech();
  return (
    <section className="settings-card">
      <h2>{t("voice.title")}</h2>
      <Problem error={error} retry={retry} />
      <SpeakerNote />
      {!speech && !error && <Waiting what={t("waiting.settings")} />}
      {speech && <SpeechForm speech={speech} />}
    </section>
  );
}
