"""The process in which the model runs: ``python -m designer.audio.kokoro.worker FOLDER``.

A line of JSON on stdin is a job: ``{"runs": [...], "voice": id, "speed": 1.0, "path": ...}``, runs as in
``spoken.Run``. ``path`` is written as a WAV file of 24 kHz floats; ``{"alive": true}`` on stdout tells of each part,
``{"ok": true}`` or ``{"error": ...}`` of the end.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from designer.audio.kokoro.model import VoiceModel
from designer.audio.kokoro.phonemes import phonemes, utterances
from designer.audio.spoken import Run

RATE_HZ = 24000
LONGEST_TOKENS = 510
STYLES = 510
"""A voice has one style vector for each number of tokens."""

BREATH_S = 0.3
"""Between parts that were said apart, beside the silence that each has at its ends."""

NICE = 5
"""Calls on the same machine come first ..."""

FIRST_TO_GO = "1000"
"""... and where memory runs out this process is the one to end (proc(5), oom_score_adj)."""

Samples = NDArray[np.float32]


class Model:
    """The loaded network. Raises ValueError for files that are not the manifest's."""

    def __init__(self, files: VoiceModel) -> None:
        import onnxruntime

        if wrong := files.files_wrong():
            raise ValueError(wrong[1])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = max(1, (os.cpu_count() or 1) // 2)
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(files.model), options, providers=["CPUExecutionProvider"])
        self._tokens: dict[str, int] = json.loads(files.vocabulary.read_text("utf-8"))["vocab"]
        self._files = files
        self._styles: dict[str, Samples] = {}

    def say(self, text: str, voice: str, speed: float) -> Samples:
        """Phonemes as samples of 24 kHz, around -1..1; those that the model does not know are left out."""
        tokens = [self._tokens[symbol] for symbol in text if symbol in self._tokens][:LONGEST_TOKENS]
        if not tokens:
            return np.zeros(0, np.float32)
        given = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self._style(voice)[min(len(tokens), STYLES) - 1][np.newaxis],
            "speed": np.array([speed], np.float32),
        }
        samples: Samples = self._session.run(None, given)[0].reshape(-1)
        return samples

    def _style(self, voice: str) -> Samples:
        if voice not in self._styles:
            self._styles[voice] = np.fromfile(self._files.voice(voice), np.float32).reshape(-1, 256)
        return self._styles[voice]


def speak(model: Model, job: dict[str, Any]) -> Iterator[None]:
    """Do the job; a step for each part of it."""
    spoken: list[Samples] = []
    for text in utterances(phonemes(Run(**run) for run in job["runs"])):
        spoken += [np.zeros(round(BREATH_S * RATE_HZ), np.float32), model.say(text, job["voice"], job["speed"])]
        yield
    soundfile.write(job["path"], np.concatenate(spoken[1:]), RATE_HZ, format="WAV", subtype="FLOAT")


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # libraries print on stdout
    step_back()
    model: Model | None = None
    for line in sys.stdin:
        try:
            model = model or Model(VoiceModel(Path(sys.argv[1])))
            for _ in speak(model, json.loads(line)):
                answers.write('{"alive": true}\n')
            answer: dict[str, object] = {"ok": True}
        except Exception as error:  # whatever it is: the job failed, the worker goes on
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")


def step_back() -> None:
    """Let calls have processor and memory first, and leave no core file of 0.8 GB."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)
    except OSError:  # not Linux, or not allowed
        pass


if __name__ == "__main__":
    main()
