"""Text to speech: ``Speaker`` reads a text, has an engine say it, and brings it to the telephone's level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np

from designer.audio.analysis import Pcm, at_level, trim
from designer.audio.convert import TURN_S
from designer.audio.engine import AS_USUAL, Engine, Manner, Voice
from designer.audio.errors import NothingToSay, SpeakerBusy, TooLong
from designer.audio.pieces import LEVEL_DBFS, silence
from designer.audio.spoken import LEXICON, Part, Pause, Run, runs
from designer.workers import Busy, Turns

ENDS_S = 0.1

INNER_S = 0.02
"""What is left of the engine's own silence around its words: they fade out in it."""

MAX_CHARACTERS = 2000

WAITING = 8
"""Texts that may wait for their turn; each holds a thread of the web process."""


class Speaker:
    """Speaks texts; safe to share between threads, which then wait for one another. Close it at the end.

    lacking: why this is not the better engine, in Chinese and English. turns: how long a text waits for those before
    it, and how many may.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        lacking: tuple[str, str] | None = None,
        turns: Turns | None = None,
        lexicon: Mapping[str, str] = LEXICON,
    ) -> None:
        self.lacking = lacking
        self._engine = engine
        self._turns = turns or Turns(1, waiting=WAITING, patience_s=TURN_S)
        self._lexicon = lexicon

    @property
    def engine(self) -> str:
        """The name of the engine that speaks."""
        return self._engine.name

    def voices(self) -> Sequence[Voice]:
        """Those that can be chosen, see ``Engine.voices``."""
        return self._engine.voices()

    def settled(self, manner: Manner, locale: str) -> Manner:
        """With nothing left open: a voice that is not here, or speaks another language, is the engine's own."""
        speaks = [voice.id for voice in self._engine.voices() if voice.locale == locale]
        voice = manner.voice if manner.voice in speaks else next(iter(speaks), None)
        return Manner(voice, manner.speed or 1.0)

    def speak(self, text: str, locale: str, manner: Manner = AS_USUAL, *, ends_s: float = ENDS_S) -> Pcm:
        """The text at ``LEVEL_DBFS`` with ``ends_s`` of silence around. locale: ``zh-CN`` or ``en-US``.

        Raises NothingToSay, TooLong (above ``MAX_CHARACTERS``), SpeechFailed, SpeakerBusy.
        """
        if len(text) > MAX_CHARACTERS:
            raise TooLong(f"文字超过 {MAX_CHARACTERS} 个字", f"the text has more than {MAX_CHARACTERS} characters")
        parts = self.read(text, locale)
        return self.say(parts, locale, manner, ends_s=ends_s)

    def read(self, text: str, locale: str) -> list[Part]:
        """What is to be said for a text. Raises NothingToSay."""
        parts = runs(text, locale, self._lexicon)
        if not any(isinstance(part, Run) for part in parts):
            raise NothingToSay
        return parts

    def say(self, parts: Sequence[Part], locale: str, manner: Manner = AS_USUAL, *, ends_s: float = ENDS_S) -> Pcm:
        """What was read already, as ``speak`` says it. Raises SpeechFailed, SpeakerBusy."""
        settled = self.settled(manner, locale)
        try:
            with self._turns.of(""):
                said = [self._said(part, locale, settled) for part in _utterances(parts)]
        except Busy:
            raise SpeakerBusy from None
        margin = silence(ends_s - INNER_S)
        return np.concatenate([margin, *said, margin])

    def close(self) -> None:
        """End the engine's worker; ``speak`` would start a new one."""
        self._engine.close()

    def _said(self, part: Pause | list[Run], locale: str, manner: Manner) -> Pcm:
        if isinstance(part, Pause):
            return silence(part.seconds)
        return at_level(trim(self._engine.speak(part, locale, manner), INNER_S), LEVEL_DBFS)


def _utterances(parts: Sequence[Part]) -> Iterator[Pause | list[Run]]:
    """Runs that follow one another are said in one go; a pause ends that."""
    for is_run, group in groupby(parts, lambda part: isinstance(part, Run)):
        if is_run:
            yield [part for part in group if isinstance(part, Run)]
        else:
            yield from (part for part in group if isinstance(part, Pause))
