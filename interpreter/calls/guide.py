"""What leads a caller in place of a flow: the part that is the same for all who do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from interpreter.machine.effects import Effect, Finished, Hangup
from interpreter.machine.events import CallerHungUp, Event, Fault


class Guide:
    """``session.RunsFlow``. It ends when the caller hangs up, and by a fault; subclasses say what else they hear."""

    __slots__ = ("finished",)

    secret = False
    deaf = False

    def __init__(self) -> None:
        self.finished = False

    def handle(self, event: Event, now: float) -> Sequence[Effect]:
        if self.finished:
            return ()
        match event:
            case CallerHungUp():
                return self.end(Finished("caller"))
            case Fault(code):
                return self.failed(code)
            case _:
                return self.hears(event)

    def hears(self, event: Event) -> Sequence[Effect]:
        raise NotImplementedError

    def failed(self, code: str) -> Sequence[Effect]:
        """Something of ours did not work."""
        return self.end(Hangup("error"), Finished("error", code))

    def hang_up(self) -> Sequence[Effect]:
        """All is said."""
        return self.end(Hangup("normal"), Finished("hangup"))

    def end(self, *effects: Effect) -> Sequence[Effect]:
        self.finished = True
        return effects

    def snapshot(self) -> NoReturn:
        raise NotImplementedError("only calls that flows lead are moved")
