/** A stored prompt with its waveform, or a text that is spoken when one listens. */
import { useCallback, useEffect, useRef, useState } from "react";
import { promptsApi } from "../api/resources.ts";
import type { Waveform } from "../api/types.ts";
import type { Locale } from "../model/document.ts";
import { AS_USUAL, type Manner } from "../model/manner.ts";
import { AudioPlayer } from "./audio-player.tsx";

const waveforms = new Map<string, Promise<Waveform | null>>();

function waveformOf(name: string, revision: number | undefined): Promise<Waveform | null> {
  const key = `${name}@${revision ?? ""}`;
  let waiting = waveforms.get(key);
  if (!waiting) {
    // A player without its waveform still plays.
    waiting = promptsApi.waveform(name).catch(() => null);
    waveforms.set(key, waiting);
  }
  return waiting;
}

interface PromptPlayerProps {
  readonly name: string;
  readonly revision?: number;
  readonly seconds?: number | null;
}

export function PromptPlayer({ name, revision, seconds }: PromptPlayerProps) {
  const [waveform, setWaveform] = useState<Waveform | null>(null);
  useEffect(() => {
    let here = true;
    void waveformOf(name, revision).then((result) => here && setWaveform(result));
    return () => {
      here = false;
    };
  }, [name, revision]);
  return (
    <AudioPlayer
      name={name}
      source={promptsApi.audioUrl(name, revision)}
      seconds={seconds ?? waveform?.seconds ?? null}
      peaks={waveform?.peaks}
    />
  );
}

interface TextPlayerProps {
  /** Names it for screen readers; else the text's own beginning does. */
  readonly name?: string;
  readonly text: string;
  readonly locale: Locale;
  readonly manner?: Manner;
}

/** Speaks a text on the server when asked for; the audio is kept until the text or its speaker changes. */
export function TextPlayer({ text, name = text.slice(0, 20), locale, manner = AS_USUAL }: TextPlayerProps) {
  const { voice, speed } = manner;
  const address = useRef<string | null>(null);
  useEffect(
    () => () => {
      if (address.current) URL.revokeObjectURL(address.current);
      address.current = null;
    },
    [text, locale, voice, speed],
  );
  const speak = useCallback(async () => {
    address.current ??= URL.createObjectURL(await promptsApi.preview(text, locale, { voice, speed }));
    return address.current;
  }, [text, locale, voice, speed]);
  return <AudioPlayer name={name} source={speak} />;
}
