"""What leads somebody of ours whose call goes into another one: he is answered, and handed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from interpreter.calls.guide import Guide
from interpreter.calls.outputs import JoinCall
from interpreter.machine.effects import Answer, Effect
from interpreter.machine.events import CallStarted, Event


class Visitor(Guide):
    """For the call that he began he has hung up as soon as he is in the other."""

    __slots__ = ("visit",)

    def __init__(self, visit: JoinCall) -> None:
        super().__init__()
        self.visit = visit

    def hears(self, event: Event) -> Sequence[Effect]:
        if event != CallStarted():
            return ()
        return Answer(), cast(Effect, self.visit)  # for the driver; a machine knows of no other call
