"""What leads a telephone of ours that has something done by calling a code: it hears how that went, and is hung up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from interpreter.calls.guide import Guide
from interpreter.machine.effects import Answer, Ask, Data, Effect, Play
from interpreter.machine.events import CallStarted, Event, PlayDone, Told

_QUESTION: Final = 1


class Errand(Guide):
    """kind, data: what is asked for (see ``machine.effects.Ask``).

    says: the words for each answer's kind; ``error`` says that it did not work, and stands for those that are missing.
    """

    __slots__ = ("asks", "says")

    def __init__(self, kind: str, data: Data, says: Mapping[str, str]) -> None:
        super().__init__()
        self.asks = Ask(_QUESTION, kind, data)
        self.says = says

    def hears(self, event: Event) -> Sequence[Effect]:
        match event:
            case CallStarted():
                return Answer(), self.asks
            case Told(_, kind):
                return (Play((self.says.get(kind, self.says["error"]),)),)
            case PlayDone():
                return self.hang_up()
            case _:
                return ()
