"""What every speech engine is: runs of words in, telephone audio out; and the voices that people choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from designer.audio.analysis import Pcm
from designer.audio.spoken import Run
from interpreter.flow.prompts import AS_USUAL, Manner

__all__ = ["AS_USUAL", "Engine", "Manner", "Voice"]


@dataclass(frozen=True, slots=True)
class Voice:
    """One speaker. id: names it in flows and settings. locale: what it speaks. names: in ``zh-CN`` and ``en``."""

    id: str
    locale: str
    names: dict[str, str]


class Engine(Protocol):
    """One way of speaking; asked for one text at a time, see ``Speaker``.

    name: is part of what is remembered of spoken texts; count it up when the same text would sound different.
    """

    @property
    def name(self) -> str: ...

    def voices(self) -> Sequence[Voice]:
        """Those that can be chosen, the house's own of each language first; none where there is no choice."""

    def speak(self, runs: Sequence[Run], locale: str, manner: Manner) -> Pcm:
        """The runs one after the other, as the voice gives them: neither levelled nor trimmed. locale: the text's.

        manner: settled, see ``Speaker.settled``; without a voice where there is no choice. Raises SpeechFailed.
        """

    def close(self) -> None:
        """End what runs outside; ``speak`` would start it again."""
