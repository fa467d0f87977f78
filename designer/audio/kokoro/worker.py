"""The worker in which the model runs (``designer.workers``); it stays loaded from one job to the next.

Two kinds of job, each an object of JSON: ``{"runs": [...]}``, runs as in ``spoken.Run``, is answered by the parts in
which they are said (a list of JSON, phonemes of one part each); ``{"say": part, "voice": id, "speed": 1.0, "folder":
the model's}`` by its samples, 24 kHz, 32-bit floats.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from designer.audio.kokoro.model import VoiceModel
from designer.audio.kokoro.phonemes import phonemes, utterances
from designer.audio.spoken import Run

RATE_HZ = 24000
LONGEST_TOKENS = 510
STYLES = 510
"""A voice has one style vector for each number of tokens."""

Samples = NDArray[np.float32]


def handle(job: bytes) -> bytes:
    asked: dict[str, Any] = json.loads(job)
    if "runs" in asked:
        return json.dumps(utterances(phonemes(Run(**run) for run in asked["runs"]))).encode()
    samples = model(Path(asked["folder"])).say(asked["say"], asked["voice"], asked["speed"])
    return samples.astype(np.float32, copy=False).tobytes()


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


@cache
def model(folder: Path) -> Model:
    """Loaded once."""
    return Model(VoiceModel(folder))
