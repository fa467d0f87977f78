"""Make the WAV files of the system prompts from ``media/prompts.yaml``.

python -m designer.audio.system_prompts [NAME...]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from designer.audio.analysis import Pcm
from designer.audio.library import write_atomically
from designer.audio.speech import ENDS_S, Speaker
from designer.audio.system import LOCALES, SystemPrompts
from interpreter.rtp.tones import tone
from interpreter.rtp.wav_writer import header

WORD_ENDS_S = 0.03
"""Words of a number follow one another without a pause ..."""

WORD_PACE = 0.6
"""... and each alone has to be understood."""


def build(prompts: SystemPrompts, names: list[str]) -> int:
    """Write the files of these names in every language; how many. Raises KeyError, AudioError, OSError."""
    speaker = Speaker()
    tones = prompts.tones()
    try:
        for locale in LOCALES:
            texts = prompts.texts(locale)
            for name in names:
                signal = tones.get(name)
                if signal is not None:
                    pcm = np.asarray(tone(signal.frequency_hz, signal.on_s, signal.off_s))
                else:
                    ends_s, pace = (ENDS_S, 1.0) if name.startswith("pv_") else (WORD_ENDS_S, WORD_PACE)
                    pcm = speaker.speak(texts[name], locale, ends_s=ends_s, pace=pace)
                _write(prompts.path(name, locale), pcm)
    finally:
        speaker.close()
    return len(names) * len(LOCALES)


def _write(path: Path, pcm: Pcm) -> None:
    write_atomically(path, header(1, 2 * len(pcm)) + pcm.astype("<i2").tobytes())


def main() -> None:
    prompts = SystemPrompts()
    print(f"{build(prompts, sys.argv[1:] or prompts.names())} files")


if __name__ == "__main__":
    main()
