"""Prompts as the simulator hears them: how long each lasts, and whether one is the prompt a scenario names."""

from __future__ import annotations

import functools
import wave
from collections.abc import Mapping
from pathlib import Path

from interpreter.flow.prompts import read_key, system_key

MEDIA_FOLDER = Path(__file__).resolve().parents[2] / "media"
FILE_SECONDS = 3.0
SYSTEM_SECONDS = 1.5
DIGIT_SECONDS = 0.4
HAN_SECONDS = 0.24
"""Speaking speed of one Chinese character; of one other character ``LETTER_SECONDS``."""
LETTER_SECONDS = 0.07
BEEP = "system:beep"
BEEP_SECONDS = 0.5


class Durations:
    """Seconds of each prompt: the scenario's own table, then the given one by key, then an estimate by its text."""

    __slots__ = ("_by_key", "_by_name", "_found")

    def __init__(self, by_name: Mapping[str, float], by_key: Mapping[str, float] | None = None) -> None:
        self._by_name = by_name
        self._by_key = by_key or {}
        self._found: dict[str, float] = {}

    def seconds(self, key: str) -> float:
        """How long the prompt with this key lasts, above 0."""
        if key not in self._found:
            self._found[key] = self._find(key)
        return self._found[key]

    def _find(self, key: str) -> float:
        for name, seconds in self._by_name.items():
            if matches(key, name):
                return seconds
        if key in self._by_key:
            return self._by_key[key]
        kind, manner, name = read_key(key)
        usual = system_key(name) if kind == "system" else key
        return self._by_key[usual] / (manner.speed or 1.0) if usual in self._by_key else estimate(key)


@functools.cache
def system_prompt_seconds(locale: str) -> Mapping[str, float]:
    """Lengths of the system prompts of a locale by key, both as ``system:NAME`` and as a flow's ``file:NAME.wav``.

    Empty where Zongji was installed without its audio: then they are estimated.
    """
    seconds: dict[str, float] = {}
    folder = MEDIA_FOLDER / locale
    for file in folder.glob("*.wav"):
        with wave.open(str(file)) as audio:
            length = audio.getnframes() / audio.getframerate()
        seconds[f"system:{file.stem}"] = seconds[f"file:{file.name}"] = length
    return seconds


def estimate(key: str) -> float:
    """A likely length of a prompt nobody measured."""
    kind, manner, name = read_key(key)
    if key == BEEP:
        return BEEP_SECONDS
    if kind == "text":
        text = name.partition(":")[2]
        han = sum("\u3400" <= character <= "\u9fff" for character in text)
        return max(0.5, han * HAN_SECONDS + (len(text) - han) * LETTER_SECONDS) / (manner.speed or 1.0)
    if kind == "system":
        return DIGIT_SECONDS if name.startswith("digit-") else SYSTEM_SECONDS
    return FILE_SECONDS


def matches(key: str, wanted: str) -> bool:
    """Is ``key`` the prompt that a scenario calls ``wanted``: its key, its name with or without ``.wav``, or a
    part of the text it speaks?"""
    kind, _, name = read_key(key)
    if wanted == key:
        return True
    if kind == "text":
        return wanted in name.partition(":")[2]
    return name.removesuffix(".wav") == wanted.removesuffix(".wav")
