"""What leads somebody of ours whose call goes into another one: he is answered, and handed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn, cast

from interpreter.calls.outputs import JoinCall
from interpreter.machine.effects import Answer, Effect, Finished, Hangup
from interpreter.machine.events import CallerHungUp, CallStarted, Event, Fault


class Visitor:
    """``session.RunsFlow``; for the call that he began he has hung up as soon as he is in the other."""

    __slots__ = ("finished", "visit")

    secret = False

    def __init__(self, visit: JoinCall) -> None:
        self.visit = visit
        self.finished = False

    def handle(self, event: Event, now: float) -> Sequence[Effect]:
        match event:
            case CallStarted():
                return Answer(), cast(Effect, self.visit)  # for the driver; a machine knows of no other call
            case CallerHungUp() if not self.finished:
                self.finished = True
                return (Finished("caller"),)
            case Fault(code) if not self.finished:
                self.finished = True
                return (Hangup("error"), Finished("error", code))
            case _:
                return ()

    def snapshot(self) -> NoReturn:
        raise NotImplementedError("a visitor is never moved")
