"""The neural voice as an engine: its worker needs 0.8 GB, so it runs only while texts are spoken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from designer.audio.analysis import SILENT_DBFS, Pcm, analyse
from designer.audio.asking import SpeechWorker
from designer.audio.engine import Manner, Voice
from designer.audio.errors import SpeechFailed
from designer.audio.kokoro.model import VoiceModel, voices
from designer.audio.kokoro.worker import RATE_HZ
from designer.audio.pieces import resampled
from designer.audio.spoken import Run
from designer.workers import Budget

IDLE_S = 60
"""The worker ends after so long without a text: publishing speaks many in a row."""

BUDGET = Budget(cpu_s=90, wall_s=180.0, memory_bytes=3_000_000_000, file_bytes=100_000_000, idle_s=IDLE_S)
"""Of one part of a text, half a minute of speech at most: 8 s of processor on a good day. It takes 0.8 GB of memory and
1 to 2 GB of addresses; espeak-ng, which is asked for English, wants to write."""

BREATH_S = 0.3
"""Between parts that were said apart, beside the silence that each has at its ends."""

ATTEMPTS = 2


class KokoroEngine:
    """``model`` must be whole, see ``VoiceModel.problem``."""

    name = "kokoro-1"

    def __init__(self, model: VoiceModel, budget: Budget = BUDGET) -> None:
        self._folder = str(model.folder)
        self._worker = SpeechWorker("designer.audio.kokoro.worker", budget)

    def voices(self) -> Sequence[Voice]:
        return voices()

    def speak(self, runs: Sequence[Run], locale: str, manner: Manner) -> Pcm:
        parts: list[str] = json.loads(self._ask({"runs": [asdict(run) for run in runs]}))
        breath = np.zeros(round(BREATH_S * RATE_HZ), np.float32)
        spoken = [piece for part in parts for piece in (breath, self._say(part, manner))]
        pcm = resampled(np.concatenate(spoken[1:] or [breath]), RATE_HZ)
        if analyse(pcm).level_db < SILENT_DBFS:
            raise SpeechFailed(_NO_SOUND)
        return pcm

    def close(self) -> None:
        self._worker.stop()

    def _say(self, part: str, manner: Manner) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        samples = self._ask({"say": part, "voice": manner.voice, "speed": manner.speed, "folder": self._folder})
        return np.frombuffer(samples, np.float32)

    def _ask(self, job: dict[str, object]) -> bytes:
        return self._worker.ask(job, attempts=ATTEMPTS)


_NO_SOUND = ("语音引擎没有给出声音", "the engine returned no sound")
