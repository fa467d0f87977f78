"""The one process in which pyttsx3 runs: several of its engines in one process crash, and errors make it hang.

A line of JSON on stdin is a job: ``{"voice": ..., "text": ..., "path": ..., "rate": words per minute}``. The file
is written beside and renamed, so that ``path`` is whole or absent. The answer on stdout is ``{"ok": true}`` or
``{"error": ...}``.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from typing import Any


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # pyttsx3 prints on stdout
    engine: Any = None
    for line in sys.stdin:
        try:
            job = json.loads(line)
            if engine is None:
                import pyttsx3

                engine = pyttsx3.init("espeak")
                warm_up(engine, job)
            speak(engine, job)
            answer: dict[str, object] = {"ok": True}
        except Exception as error:  # whatever it is: the job failed, the worker goes on
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")


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


if __name__ == "__main__":
    main()
