"""Text to speech: ``Speaker`` owns one worker process and speaks one text at a time."""

from __future__ import annotations

import json
import select
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import soundfile
import soxr

from designer.audio.analysis import RATE_HZ, SILENT_DBFS, Pcm, analyse, at_level, trim
from designer.audio.convert import TURN_S, worker_env
from designer.audio.errors import NothingToSay, SpeakerBusy, SpeechFailed, TooLong
from designer.audio.spoken import LEXICON, Language, Pause, Run, runs

VOICES: Mapping[Language, str] = {"zh": "sit/cmn-latn-pinyin", "en": "gmw/en-us"}
"""pyttsx3's ids. Plain ``cmn`` reads most hanzi as English letters; this one reads pinyin."""

RATES_WPM: Mapping[Language, int] = {"zh": 195, "en": 160}

LEVEL_DBFS = -18.0
ENDS_S = 0.1
GAP_S = 0.08
"""Between runs of different languages."""

MAX_CHARACTERS = 2000

ATTEMPTS = 3

ENGINE = "espeak-ng-1"
"""Names the way texts are spoken here; count it up when the same text would sound different."""


class Speaker:
    """Speaks texts; safe to share between threads, which then wait for one another. Close it at the end.

    timeout_s: for one run of text; a worker that takes longer is killed and a new one started. turn_s: how long a
    text waits for those before it.
    """

    def __init__(
        self, *, timeout_s: float = 20.0, turn_s: float = TURN_S, lexicon: Mapping[str, str] = LEXICON
    ) -> None:
        self._timeout_s = timeout_s
        self._turn_s = turn_s
        self._lexicon = lexicon
        self._lock = threading.Lock()
        self._worker: subprocess.Popen[str] | None = None
        self._manner: tuple[str, int] | None = None

    def speak(self, text: str, locale: str, *, ends_s: float = ENDS_S, pace: float = 1.0) -> Pcm:
        """The text at ``LEVEL_DBFS`` with ``ends_s`` of silence around. locale: ``zh-CN`` or ``en-US``.

        pace: below 1 is slower.

        Raises NothingToSay, TooLong (above ``MAX_CHARACTERS``), SpeechFailed, SpeakerBusy.
        """
        if len(text) > MAX_CHARACTERS:
            raise TooLong(f"文字超过 {MAX_CHARACTERS} 个字", f"the text has more than {MAX_CHARACTERS} characters")
        parts = runs(text, locale, self._lexicon)
        if not parts:
            raise NothingToSay
        if not self._lock.acquire(timeout=self._turn_s):
            raise SpeakerBusy
        try:
            with tempfile.TemporaryDirectory(prefix="zongji-speech-") as folder:
                spoken = [
                    _silence(part) if isinstance(part, Pause) else self._run(part, Path(folder) / f"{n}.wav", pace)
                    for n, part in enumerate(parts)
                ]
        finally:
            self._lock.release()
        return at_level(trim(_joined(spoken), ends_s), LEVEL_DBFS)

    def close(self) -> None:
        """End the worker; ``speak`` would start a new one."""
        with self._lock:
            self._stop()

    def _run(self, part: Run, path: Path, pace: float) -> Pcm:
        """One run of text.

        espeak-ng works in a thread of its own, and pyttsx3 does not wait for it: a new voice or speed may come too
        late for the text, so each manner of speaking gets a fresh worker; and one text in sixty comes out empty, on
        a busy machine even without a file: then a fresh worker is asked again.
        """
        voice, rate = VOICES[part.language], round(RATES_WPM[part.language] * pace)
        if self._manner != (voice, rate):
            self._stop()
            self._manner = voice, rate
        job: dict[str, object] = {"voice": voice, "rate": rate, "text": part.text, "path": str(path)}
        detail = ""
        for _ in range(ATTEMPTS):
            answer = self._ask(job)
            if "error" in answer:
                detail = str(answer["error"])
            elif is_plausible(pcm := _at_8k(path), part.text, pace):
                return pcm
            self._stop()
        raise SpeechFailed(("语音引擎没有给出声音", "the engine returned no sound"), detail)

    def _ask(self, job: dict[str, object]) -> dict[str, object]:
        worker = self._worker or self._start()
        assert worker.stdin is not None
        assert worker.stdout is not None
        try:
            worker.stdin.write(json.dumps(job) + "\n")
            worker.stdin.flush()
            ready, _, _ = select.select([worker.stdout], [], [], self._timeout_s)
            line = worker.stdout.readline() if ready else ""
        except OSError:  # it ended while it was written to
            line, ready = "", [worker.stdout]
        if not line:
            self._stop()
            late = f"语音引擎 {self._timeout_s:g} 秒内没有应答", f"no answer within {self._timeout_s:g} s"
            raise SpeechFailed(("语音引擎意外退出", "the engine ended") if ready else late)
        answer: dict[str, object] = json.loads(line)
        return answer

    def _start(self) -> subprocess.Popen[str]:
        if shutil.which("espeak-ng") is None:
            raise SpeechFailed(("没有安装 espeak-ng", "espeak-ng is not installed"))
        self._worker = subprocess.Popen(
            [sys.executable, "-m", "designer.audio.speech_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=worker_env(),
            text=True,
            encoding="utf-8",
        )
        return self._worker

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        for pipe in (worker.stdin, worker.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # it had died with our text in the pipe
                    pass
        worker.wait()


def is_plausible(pcm: Pcm, text: str, pace: float = 1.0) -> bool:
    """Is this long and loud enough for ``text``, and not two texts in one?"""
    if analyse(pcm).level_db < SILENT_DBFS:
        return False
    seconds = len(trim(pcm, 0.0)) / RATE_HZ * pace
    return 0.015 * len(text) <= seconds <= 2.0 + 0.8 * len(text)


def _silence(pause: Pause) -> Pcm:
    return np.zeros(round(pause.seconds * RATE_HZ), np.int16)


def _at_8k(path: Path) -> Pcm:
    samples, rate_hz = soundfile.read(path, dtype="int16")
    resampled: Pcm = soxr.resample(samples, rate_hz, RATE_HZ, quality="VHQ")
    return resampled


def _joined(parts: list[Pcm]) -> Pcm:
    """One after the other at one level, for the voices differ in loudness."""
    gap = np.zeros(round(GAP_S * RATE_HZ), np.int16)
    pieces: list[Pcm] = []
    for part in parts:
        pieces.extend([gap, at_level(trim(part, 0.02) if len(parts) > 1 else part, LEVEL_DBFS)])
    return np.concatenate(pieces[1:])
