/** Choosing who speaks a text and how fast; and the word that texts are spoken by the lesser voice. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Voice } from "../api/types.ts";
import type { Locale } from "../model/document.ts";
import type { Manner } from "../model/manner.ts";
import { usePreferences } from "../store/preferences.ts";
import { useSpeech } from "./use-speech.ts";

/** Speeds to choose from; the server takes any between the first and the last. */
export const SPEEDS = [0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.5, 2] as const;

interface VoiceSelectProps {
  readonly locale: Locale;
  readonly value: string | null;
  /** What is said where nothing is chosen. */
  readonly usual: string;
  readonly onChange: (voice: string | null) => void;
  readonly disabled?: boolean;
  readonly size?: "small" | "middle";
}

/** The voices of a language; one that is not here any more stays in sight under its own name. */
export function voiceOptions(voices: readonly Voice[], locale: Locale, chosen: string | null, language: "zh-CN" | "en"): { value: string; label: string }[] {
  const known = voices.filter((voice) => voice.locale === locale).map((voice) => ({ value: voice.id, label: voice.label[language] }));
  return chosen === null || known.some(({ value }) => value === chosen) ? known : [...known, { value: chosen, label: chosen }];
}

export function VoiceSelect({ locale, value, usual, onChange, disabled = false, size = "small" }: VoiceSelectProps) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const { speech } = useSpeech();
  const options = voiceOptions(speech?.voices ?? [], locale, value, language);
  if (options.length === 0) return null;
  return (
    <Select
      size={size}
      className="voice-select"
      aria-label={t("voice.voice")}
      data-testid={`voice-${locale}`}
      popupMatchSelectWidth={false}
      value={value ?? ""}
      options={[{ value: "", label: usual }, ...options]}
      disabled={disabled}
      onChange={(next) => onChange(next || null)}
    />
  );
}

interface SpeedSelectProps {
  readonly value: number | null;
  /** What is said where nothing is chosen; without it something always is. */
  readonly usual?: string;
  readonly onChange: (speed: number | null) => void;
  readonly disabled?: boolean;
  readonly size?: "small" | "middle";
}

export function SpeedSelect({ value, usual, onChange, disabled = false, size = "small" }: SpeedSelectProps) {
  const { t } = useTranslation();
  const speeds = [...new Set([...SPEEDS, ...(value === null ? [] : [value])])].sort((a, b) => a - b);
  const options = speeds.map((speed) => ({ value: speed, label: t("voice.times", { n: speed }) }));
  return (
    <Select
      size={size}
      className="speed-select"
      aria-label={t("voice.speed")}
      data-testid="speed"
      popupMatchSelectWidth={false}
      value={value ?? 0}
      options={usual === undefined ? options : [{ value: 0, label: usual }, ...options]}
      disabled={disabled}
      onChange={(next) => onChange(next || null)}
    />
  );
}

interface MannerFieldProps {
  readonly locale: Locale;
  readonly manner: Manner;
  readonly onChange: (manner: Manner) => void;
  readonly disabled?: boolean;
}

/** Voice and speed of one prompt, each the company's until it is chosen. */
export function MannerField({ locale, manner, onChange, disabled = false }: MannerFieldProps) {
  const { t } = useTranslation();
  return (
    <>
      <VoiceSelect locale={locale} value={manner.voice} usual={t("voice.usual")} disabled={disabled} onChange={(voice) => onChange({ ...manner, voice })} />
      <SpeedSelect value={manner.speed} usual={t("voice.usualSpeed")} disabled={disabled} onChange={(speed) => onChange({ ...manner, speed })} />
    </>
  );
}

/** Says so where texts are not spoken by the neural voice, and why. */
export function SpeakerNote() {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const { speech } = useSpeech();
  if (!speech?.why) return null;
  return <p className="speaker-note" data-testid="speaker-note">{t("voice.espeak", { why: speech.why[language] })}</p>;
}
