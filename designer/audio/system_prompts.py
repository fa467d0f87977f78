"""Make the WAV files of the system prompts from ``media/prompts.yaml``, each language by the engine's own voice.

python -m designer.audio.system_prompts [NAME...]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from designer.audio.analysis import Pcm, at_level, sounding, trim, without_hum
from designer.audio.choice import open_speaker
from designer.audio.engine import AS_USUAL, Manner
from designer.audio.library import wave_file, write_atomically
from designer.audio.pieces import LEVEL_DBFS
from designer.audio.speech import ENDS_S, Speaker
from designer.audio.spoken import Part, Run
from designer.audio.system import LOCALES, SystemPrompts
from interpreter.rtp.hold_music import melody
from interpreter.rtp.tones import tone

WORD_ENDS_S = 0.03
"""Words of a number follow one another without a pause ..."""

AROUND = {"zh-CN": ("您查询的是", "谢谢您的来电。")}
"""Chinese words are cut from a sentence, at the silences that commas make: alone they are slurred."""

COMMAS = " , , , , "
"""Fewer of them make no silence."""

WORDS_APART_S = 0.06

WORD_SPEEDS = {"zh-CN": 1.1, "en-US": 0.9}
"""... and each alone has to be understood; the Chinese voice drawls single words by itself."""

STOPS = {"zh-CN": "。", "en-US": "."}
"""After a word that is said alone, or the voice breaks off."""


def say(speaker: Speaker, name: str, text: str, locale: str, manner: Manner) -> Pcm:
    """A system prompt as ``manner`` has it: sentences as they are, the words of numbers short and distinct.

    Raises AudioError.
    """
    if name.startswith("pv_"):
        return speaker.speak(text, locale, manner, ends_s=ENDS_S)
    if locale in AROUND and speaker.voices():
        parts = sounding(speaker.say(_within(speaker, text, locale), locale, manner), WORDS_APART_S)
        if len(parts) == 3:
            word = without_hum(parts[1]) if is_digit(name) else parts[1]
            return at_level(trim(word, WORD_ENDS_S), LEVEL_DBFS)
    slower = Manner(manner.voice, (manner.speed or 1.0) * WORD_SPEEDS[locale])
    return speaker.speak(text + STOPS[locale], locale, slower, ends_s=WORD_ENDS_S)


def is_digit(name: str) -> bool:
    """Each is one syllable, and they follow one another; units are understood better as they are."""
    return name.startswith("digit-") or name in ("yao", "liang")


def _within(speaker: Speaker, text: str, locale: str) -> list[Part]:
    """The word in the middle of its sentence."""
    before, after = AROUND[locale]
    read = [part for said in (before, text, after) for part in speaker.read(said, locale) if isinstance(part, Run)]
    return [Run("zh", "，".join(run.words for run in read), COMMAS.join(run.pinyin for run in read))]


def build(prompts: SystemPrompts, speaker: Speaker, names: list[str]) -> int:
    """Write the files of these names in every language; how many. Raises KeyError, AudioError, OSError."""
    tones, music = prompts.tones(), prompts.music()
    for locale in LOCALES:
        texts = prompts.texts(locale)
        for name in names:
            signal = tones.get(name)
            if signal is not None:
                pcm = np.asarray(tone(signal.frequency_hz, signal.on_s, signal.off_s))
            elif name in music:
                pcm = np.asarray(melody())
            else:
                pcm = say(speaker, name, texts[name], locale, AS_USUAL)
            _write(prompts.path(name, locale), pcm)
    return len(names) * len(LOCALES)


def _write(path: Path, pcm: Pcm) -> None:
    write_atomically(path, wave_file(pcm))


def main() -> None:
    prompts, speaker = SystemPrompts(), open_speaker()
    if speaker.lacking is not None:
        sys.exit(speaker.lacking[1])  # by another voice they would not be the same prompts
    try:
        print(f"{build(prompts, speaker, sys.argv[1:] or prompts.names())} files")
    finally:
        speaker.close()


if __name__ == "__main__":
    main()
