"""The neural voice as an engine: its worker needs 0.8 GB, so it runs only while texts are spoken."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import soundfile

from designer.audio.analysis import SILENT_DBFS, Pcm, analyse
from designer.audio.engine import Manner, Voice
from designer.audio.errors import SpeechFailed
from designer.audio.kokoro.model import VoiceModel, voices
from designer.audio.pieces import at_8k
from designer.audio.spoken import Run
from designer.audio.worker_process import WorkerProcess

IDLE_S = 60.0
"""The worker ends after so long without a text: publishing speaks many in a row."""

SILENCE_S = 180.0
"""A worker from which nothing was heard for so long hangs; it says a word after each sentence."""

ATTEMPTS = 2


class KokoroEngine:
    """``model`` must be whole, see ``VoiceModel.problem``."""

    name = "kokoro-1"

    def __init__(self, model: VoiceModel, *, timeout_s: float = SILENCE_S, idle_s: float = IDLE_S) -> None:
        arguments = [str(model.folder)]
        self._worker = WorkerProcess("designer.audio.kokoro.worker", arguments, timeout_s=timeout_s, idle_s=idle_s)

    def voices(self) -> Sequence[Voice]:
        return voices()

    def speak(self, runs: Sequence[Run], locale: str, manner: Manner) -> Pcm:
        with tempfile.TemporaryDirectory(prefix="zongji-speech-") as folder:
            path = Path(folder) / "spoken.wav"
            said = [asdict(run) for run in runs]
            self._say({"runs": said, "voice": manner.voice, "speed": manner.speed, "path": str(path)})
            try:
                pcm = at_8k(path)
            except (OSError, soundfile.SoundFileError) as error:
                raise SpeechFailed(_NO_SOUND, str(error)) from None
        if analyse(pcm).level_db < SILENT_DBFS:
            raise SpeechFailed(_NO_SOUND)
        return pcm

    def close(self) -> None:
        self._worker.stop()

    def _say(self, job: dict[str, object]) -> None:
        """Have the job done; a worker that ends meanwhile, as the kernel may wish, is followed by one more."""
        for left in reversed(range(ATTEMPTS)):
            try:
                answer = self._worker.ask(job)
            except SpeechFailed:
                if not left:
                    raise
                continue
            if "error" in answer:
                raise SpeechFailed(_NO_SOUND, str(answer["error"]))
            return


_NO_SOUND = ("语音引擎没有给出声音", "the engine returned no sound")
