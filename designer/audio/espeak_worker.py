"""The worker in which pyttsx3 runs (``designer.workers``): several of its engines in one process crash, and errors
make it hang.

A job is an object of JSON: ``{"voice": ..., "text": ..., "path": ..., "rate": words per minute}``. The file is written
beside and renamed, so that ``path`` is whole or absent; the answer is empty.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from functools import cache
from typing import Any


def handle(job: bytes) -> bytes:
    asked = json.loads(job)
    if not engine.cache_info().currsize:
        warm_up(engine(), asked)
    speak(engine(), asked)
    return b""


@cache
def engine() -> Any:
    """Of this process."""
    import pyttsx3

    return pyttsx3.init("espeak")


def warm_up(engine: Any, job: dict[str, Any]) -> None:
    """Speak something short for nothing: voice and speed are sure to hold from the second text on.

    The first one may also come out without a file, and does so where it is long.
    """
    with suppress(FileNotFoundError):
        speak(engine, job | {"text": "1"})


def speak(engine: Any, job: dict[str, Any]) -> None:
    """One job per ``runAndWait``: of several queued ones only the last gets its file."""
    engine.setProperty("voice", job["voice"])
    engine.setProperty("rate", job["rate"])
    part = job["path"] + ".part"
    engine.save_to_file(job["text"], part)
    engine.runAndWait()
    if engine.getProperty("voice").lower() != job["voice"].lower():  # an unknown voice is passed over silently
        raise LookupError(f"espeak-ng has no voice {job['voice']}")
    os.replace(part, job["path"])
