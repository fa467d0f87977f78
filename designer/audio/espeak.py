"""espeak-ng by pyttsx3: small, quick, in every Debian; a voice that people put up with."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from designer.audio.analysis import RATE_HZ, SILENT_DBFS, Pcm, analyse, trim
from designer.audio.asking import SpeechWorker
from designer.audio.engine import Manner, Voice
from designer.audio.errors import SpeechFailed
from designer.audio.pieces import at_8k, joined
from designer.audio.spoken import Language, Run
from designer.workers import Budget

VOICES: Mapping[Language, str] = {"zh": "sit/cmn-latn-pinyin", "en": "gmw/en-us"}
"""pyttsx3's ids. Plain ``cmn`` reads most hanzi as English letters; this one reads pinyin."""

RATES_WPM: Mapping[Language, int] = {"zh": 195, "en": 160}

GAP_S = 0.08
"""Between runs of different languages, which are different speakers here."""

ATTEMPTS = 3

BUDGET = Budget(cpu_s=20, wall_s=20.0, memory_bytes=1_000_000_000, file_bytes=100_000_000)
"""Of one run of text."""


class EspeakEngine:
    name = "espeak-ng-2"

    def __init__(self, budget: Budget = BUDGET) -> None:
        self._worker = SpeechWorker("designer.audio.espeak_worker", budget)
        self._manner: tuple[str, int] | None = None

    def voices(self) -> Sequence[Voice]:
        return ()

    def speak(self, runs: Sequence[Run], locale: str, manner: Manner) -> Pcm:
        if shutil.which("espeak-ng") is None:
            raise SpeechFailed(("没有安装 espeak-ng", "espeak-ng is not installed"))
        with tempfile.TemporaryDirectory(prefix="zongji-speech-") as folder:
            speed = manner.speed or 1.0
            spoken = [self._run(run, Path(folder) / f"{n}.wav", speed) for n, run in enumerate(runs)]
        return joined(spoken, GAP_S)

    def close(self) -> None:
        self._worker.stop()

    def _run(self, run: Run, path: Path, speed: float) -> Pcm:
        """One run of text.

        espeak-ng works in a thread of its own, and pyttsx3 does not wait for it: a new voice or speed may come too
        late for the text, so each manner of speaking gets a fresh worker; and one text in sixty comes out empty, on
        a busy machine even without a file or never: then a fresh worker is asked again.
        """
        voice, rate = VOICES[run.language], round(RATES_WPM[run.language] * speed)
        if self._manner != (voice, rate):
            self._worker.stop()
            self._manner = voice, rate
        job: dict[str, object] = {"voice": voice, "rate": rate, "text": run.text, "path": str(path)}
        failed = SpeechFailed(("语音引擎没有给出声音", "the engine returned no sound"))
        for _ in range(ATTEMPTS):
            try:
                self._worker.ask(job)
            except SpeechFailed as unanswered:
                failed = unanswered
                continue
            if is_plausible(pcm := at_8k(path), run.text, speed):
                return pcm
            self._worker.stop()
        raise failed


def is_plausible(pcm: Pcm, text: str, speed: float = 1.0) -> bool:
    """Is this long and loud enough for ``text``, and not two texts in one?"""
    if analyse(pcm).level_db < SILENT_DBFS:
        return False
    seconds = len(trim(pcm, 0.0)) / RATE_HZ * speed
    return 0.015 * len(text) <= seconds <= 2.0 + 0.8 * len(text)
