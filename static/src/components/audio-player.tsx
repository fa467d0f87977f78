import { CaretRightOutlined, PauseOutlined } from "./icons.tsx";
import { Button } from "antd";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { duration } from "../model/format.ts";
import { messageOf } from "./problem.tsx";

interface AudioPlayerProps {
  /** Names what is played, for screen readers. */
  readonly name: string;
  /** An address, or a function that makes the audio and gives its address. */
  readonly source: string | (() => Promise<string>);
  readonly seconds?: number | null;
  readonly peaks?: readonly number[] | undefined;
  readonly onPlayed?: () => void;
}

let playing: HTMLAudioElement | null = null;

/** Only one thing is heard at a time. */
function takeTurn(audio: HTMLAudioElement): void {
  if (playing && playing !== audio) playing.pause();
  playing = audio;
}

function wavePath(peaks: readonly number[]): string {
  return peaks.map((peak, i) => `M${i + 0.5} ${20 - Math.max(0.6, peak * 19)}V${20 + Math.max(0.6, peak * 19)}`).join("");
}

function Wave({ peaks, share }: { readonly peaks: readonly number[]; readonly share: number }) {
  const id = useId();
  const path = wavePath(peaks);
  return (
    <svg className="wave" viewBox={`0 0 ${peaks.length} 40`} preserveAspectRatio="none" aria-hidden="true">
      <clipPath id={id}>
        <rect x="0" y="0" width={peaks.length * share} height="40" />
      </clipPath>
      <path d={path} className="wave-rest" />
      <path d={path} className="wave-done" clipPath={`url(#${id})`} />
    </svg>
  );
}

/** Play, pause and seek; the waveform, when given, lies under the slider. */
export function AudioPlayer({ name, source, seconds = null, peaks, onPlayed }: AudioPlayerProps) {
  const { t } = useTranslation();
  const audio = useRef<HTMLAudioElement | null>(null);
  const [on, setOn] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState<number | null>(seconds);
  const [error, setError] = useState("");

  useEffect(() => () => audio.current?.pause(), []);
  useEffect(() => {
    audio.current?.pause();
    audio.current = null;
    setAt(0);
  }, [source]);

  const ready = async (): Promise<HTMLAudioElement> => {
    if (audio.current) return audio.current;
    const element = new Audio(typeof source === "string" ? source : await source());
    element.onplay = () => setOn(true);
    element.onpause = () => setOn(false);
    element.onended = () => setAt(0);
    element.ontimeupdate = () => setAt(element.currentTime);
    element.onloadedmetadata = () => Number.isFinite(element.duration) && setLength(element.duration);
    audio.current = element;
    return element;
  };
  const toggle = async () => {
    setError("");
    try {
      const element = await ready();
      if (!element.paused) return element.pause();
      takeTurn(element);
      await element.play();
      onPlayed?.();
    } catch (failure) {
      setError(failure instanceof DOMException ? t("audio.cannotPlay") : messageOf(failure));
    }
  };
  const seek = async (value: number) => {
    setAt(value);
    (await ready()).currentTime = value;
  };

  const total = length ?? seconds ?? 0;
  return (
    <span className="player">
      <Button
        size="small"
        type="text"
        icon={on ? <PauseOutlined /> : <CaretRightOutlined />}
        aria-label={t(on ? "audio.pause" : "audio.play", { name })}
        onClick={() => void toggle()}
      />
      <span className="player-track">
        {peaks && <Wave peaks={peaks} share={total ? at / total : 0} />}
        <input
          type="range"
          className={peaks ? "over-wave" : ""}
          min={0}
          max={total || 1}
          step={0.1}
          value={at}
          aria-label={t("audio.position", { name })}
          onChange={(event) => void seek(Number(event.target.value))}
        />
      </span>
      <span className="player-time">{on || at > 0 ? `${duration(at)} / ${duration(total)}` : duration(total || null)}</span>
      {error && <span className="field-error" role="alert">{error}</span>}
    </span>
  );
}
