"""A call out that is not allowed: the caller hears by which rule, without being answered, and then gets its status."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from interpreter.calls.plan import Barred
from interpreter.machine.effects import EarlyMedia, Effect, Finished, Hangup, Play, PromptKey
from interpreter.machine.events import CallerHungUp, CallStarted, Event, Fault, PlayDone


class Denial:
    """Speak and refuse (``session.RunsFlow``, ``runtime.endings.Endings``). words: which say by which rule."""

    __slots__ = ("barred", "finished", "words")

    secret = False

    def __init__(self, barred: Barred, words: Sequence[PromptKey]) -> None:
        self.barred = barred
        self.words = tuple(words)
        self.finished = False

    def handle(self, event: Event, now: float) -> Sequence[Effect]:
        if self.finished:
            return ()
        match event:
            case CallStarted():
                return EarlyMedia(), Play(self.words)
            case CallerHungUp():
                return self._end(Finished("caller"))
            case PlayDone() | Fault():
                return self._end(Hangup("rejected"), Finished("hangup"))
            case _:
                return ()

    def cause(self, cause: str) -> str:
        """The rule's name, whoever hung up first."""
        return self.barred.rule

    def ended_by(self, finished: Finished) -> str:
        return "caller" if finished.reason == "caller" else "system"

    def refusal(self, cause: str) -> int:
        return self.barred.status

    def snapshot(self) -> NoReturn:
        raise NotImplementedError("a denial is never moved")

    def _end(self, *effects: Effect) -> Sequence[Effect]:
        self.finished = True
        return effects
