"""A call out that is not allowed: the caller hears by which rule, without being answered, and then gets its status."""

from __future__ import annotations

from collections.abc import Sequence

from interpreter.calls.guide import Guide
from interpreter.calls.plan import Barred
from interpreter.machine.effects import EarlyMedia, Effect, Finished, Hangup, Play, PromptKey
from interpreter.machine.events import CallStarted, Event, PlayDone


class Denial(Guide):
    """Speak and refuse (``guide``, ``runtime.endings.Endings``). words: which say by which rule."""

    __slots__ = ("barred", "words")

    def __init__(self, barred: Barred, words: Sequence[PromptKey]) -> None:
        super().__init__()
        self.barred = barred
        self.words = tuple(words)

    def hears(self, event: Event) -> Sequence[Effect]:
        match event:
            case CallStarted():
                return EarlyMedia(), Play(self.words)
            case PlayDone():
                return self._refuse()
            case _:
                return ()

    def failed(self, code: str) -> Sequence[Effect]:
        """It is refused without words."""
        return self._refuse()

    def _refuse(self) -> Sequence[Effect]:
        return self.end(Hangup("rejected"), Finished("hangup"))

    def cause(self, cause: str) -> str:
        """The rule's name, whoever hung up first."""
        return self.barred.rule

    def ended_by(self, finished: Finished) -> str:
        return "caller" if finished.reason == "caller" else "system"

    def refusal(self, cause: str) -> int:
        return self.barred.status
