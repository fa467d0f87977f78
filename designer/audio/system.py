"""The system prompts that come with Zongji: ``media/prompts.yaml`` and the WAV files beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from designer.audio.analysis import Pcm
from interpreter.rtp import wav

MEDIA = Path(__file__).resolve().parents[2] / "media"
LOCALES = ("zh-CN", "en-US")


@dataclass(frozen=True, slots=True)
class Tone:
    """A signal instead of speech."""

    frequency_hz: float
    on_s: float
    off_s: float


class SystemPrompts:
    """Names have no ``.wav``: ``pv_busy``, ``digit-7``, ``beep``. folder: ``media`` of the installation."""

    def __init__(self, folder: Path = MEDIA) -> None:
        self._folder = folder

    @cached_property
    def _entries(self) -> dict[str, dict[str, object]]:
        entries: dict[str, dict[str, object]] = yaml.safe_load((self._folder / "prompts.yaml").read_text("utf-8"))
        return entries

    def names(self) -> list[str]:
        """All names, in the order of the list."""
        return list(self._entries)

    def texts(self, locale: str) -> Mapping[str, str]:
        """name -> what it says in this language."""
        return {name: str(entry[_known(locale)]) for name, entry in self._entries.items()}

    def tones(self) -> Mapping[str, Tone]:
        """The names that are signals."""
        return {
            name: Tone(*tone) for name, entry in self._entries.items() if isinstance(tone := entry.get("tone"), list)
        }

    def music(self) -> frozenset[str]:
        """The names that are music."""
        return frozenset(name for name, entry in self._entries.items() if entry.get("music"))

    def has(self, name: str) -> bool:
        return name in self._entries

    def path(self, name: str, locale: str) -> Path:
        """Its WAV file, there or not. Raises KeyError for an unknown name (so that no path can be made up)."""
        if name not in self._entries:
            raise KeyError(name)
        return self._folder / _known(locale) / f"{name}.wav"

    def pcm(self, name: str, locale: str) -> Pcm:
        """Raises KeyError, OSError, ``interpreter.rtp.errors.BadWave``."""
        return wav.read_mono(self.path(name, locale))


def _known(locale: str) -> str:
    return LOCALES[0] if locale.startswith("zh") else LOCALES[1]
