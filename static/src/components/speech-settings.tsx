/** The company's voices and speed: chosen, listened to, saved for the next publishing. */
import { Input } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { speechApi } from "../api/resources.ts";
import type { Speech } from "../api/types.ts";
import { useMay } from "../store/session.ts";
import { FormRow } from "./form-dialog.tsx";
import { TextPlayer } from "./prompt-player.tsx";
import { SaveRow, SettingsCard, useSaving } from "./settings-form.tsx";
import { useSpeech } from "./use-speech.ts";
import type { Locale } from "../model/document.ts";
import { SpeakerNote, SpeedSelect, VoiceSelect } from "./voice.tsx";

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
  const mayChange = useMay()("settings.edit");
  useEffect(() => {
    setChosen(speech.chosen);
    setSpeed(speech.speed);
  }, [speech.chosen, speech.speed]);

  const saving = useSaving(() => speechApi.change({ revision: speech.revision, chosen, speed }));
  const { edit } = saving;
  const choose = (locale: Locale, voice: string | null) =>
    edit(() => setChosen(({ [locale]: _, ...others }) => (voice === null ? others : { ...others, [locale]: voice })));
  return (
    <form onSubmit={saving.submit}>
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
      <SaveRow saving={saving} unchanged={same(chosen, speech.chosen) && speed === speech.speed} saved={t("voice.saved")} testId="save-speech" />
    </form>
  );
}

export function SpeechSettings() {
  const { t } = useTranslation();
  const { speech, error, retry } = useSpeech();
  return (
    <SettingsCard title={t("voice.title")} data={speech} error={error} retry={retry} note={<SpeakerNote />}>
      {(found) => <SpeechForm speech={found} />}
    </SettingsCard>
  );
}
