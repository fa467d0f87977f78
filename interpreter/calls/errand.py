"""What leads a telephone of ours that has something done by calling a code: it hears how that went, and is hung up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NoReturn

from interpreter.machine.effects import Answer, Ask, Data, Effect, Finished, Hangup, Play
from interpreter.machine.events import CallerHungUp, CallStarted, Event, Fault, PlayDone, Told

_QUESTION: Final = 1


class Errand:
    """``session.RunsFlow``. kind, data: what is asked for (see ``machine.effects.Ask``).

    says: the words for each answer's kind; ``error`` says that it did not work, and stands for those that are missing.
    """

    __slots__ = ("asks", "finished", "says")

    secret = False

    def __init__(self, kind: str, data: Data, says: Mapping[str, str]) -> None:
        self.asks = Ask(_QUESTION, kind, data)
        self.says = says
        self.finished = False

    def handle(self, event: Event, now: float) -> Sequence[Effect]:
        if self.finished:
            return ()
        match event:
            case CallStarted():
                return Answer(), self.asks
            case Told(_, kind):
                return (Play((self.says.get(kind, self.says["error"]),)),)
            case PlayDone():
                return self._end(Hangup("normal"), Finished("hangup"))
            case CallerHungUp():
                return self._end(Finished("caller"))
            case Fault(code):
                return self._end(Hangup("error"), Finished("error", code))
            case _:
                return ()

    def _end(self, *effects: Effect) -> Sequence[Effect]:
        self.finished = True
        return effects

    def snapshot(self) -> NoReturn:
        raise NotImplementedError("an errand is never moved")
