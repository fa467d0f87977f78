"""WAV files of ours, brought into the engine to be played."""

from __future__ import annotations

import wave
from array import array
from pathlib import Path

from interpreter.rtp._engine import Engine
from interpreter.rtp.events import AudioId
from interpreter.rtp.tones import encode


def load_wave(engine: Engine, path: Path) -> AudioId:
    """An 8 kHz mono file of 16 bits. It takes a second of CPU for ten minutes of sound, so not on the loop.

    Raises OSError, EOFError and wave.Error for a file that is none, and what the engine raises that has no room.
    """
    with wave.open(str(path), "rb") as file:
        samples = array("h", file.readframes(file.getnframes()))
    audio = encode(samples)
    return engine.load(audio.pcmu, audio.pcma)
