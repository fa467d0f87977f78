"""What the reader hands to a speech engine: runs of one language, and the silence between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one language, ready to be spoken: no digit, sign or tag is left in them.

    words: hanzi with ``，。？！``, or English words with ``, . ? !``. pinyin: the same in syllables with tone
    numbers and ``, . ? !``, for engines that read hanzi badly; empty for English.
    """

    language: Language
    words: str
    pinyin: str = ""

    @property
    def text(self) -> str:
        """For an engine that reads letters only."""
        return self.pinyin or self.words


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence that the text asks for, in seconds; marks within a run make pauses of their own."""

    seconds: float


Part = Run | Pause
