"""What leads an operator of ours who calls to listen to a talk: asked for the PIN, then led into it.

Runs in a ``CallSession`` like any flow. What is typed is nobody's business: ``secret`` says so, and the journal gets no
digit of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal, cast

from interpreter.calls.guide import Guide
from interpreter.calls.outputs import JoinCall
from interpreter.machine.effects import Answer, CancelTimer, Effect, Play, StartTimer, StopPlay
from interpreter.machine.events import CallStarted, Digit, Event, PlayDone, TimerFired

PIN_SECONDS: Final = 8.0
"""After so long without a key what was typed is all."""

LONGEST_PIN: Final = 12

PIN_TIMER: Final = "pin"

Verdict = JoinCall | Literal["wrong", "locked", "no_call"]

_SAYS: Final = {"wrong": "pv_wrongpin", "locked": "pv_locked", "no_call": "pv_nocall"}


class PinCall(Guide):
    """judge: what comes of a PIN; called once for each."""

    __slots__ = ("_ends", "_judge", "_typed")

    secret = True

    def __init__(self, judge: Callable[[str], Verdict]) -> None:
        super().__init__()
        self._judge = judge
        self._typed: str | None = None
        self._ends = False

    def hears(self, event: Event) -> Sequence[Effect]:
        match event:
            case CallStarted():
                return Answer(), *self._ask("pv_pin")
            case Digit(digit) if self._typed is not None:
                return self._key(digit)
            case TimerFired(name) if name == PIN_TIMER and self._typed is not None:
                return self._typed_all()
            case PlayDone() if self._ends:
                return self.hang_up()
            case _:
                return ()

    def _ask(self, *prompts: str) -> Sequence[Effect]:
        self._typed = ""
        return Play(prompts), StartTimer(PIN_TIMER, PIN_SECONDS)

    def _key(self, digit: str) -> Sequence[Effect]:
        assert self._typed is not None
        if digit == "#":
            return CancelTimer(PIN_TIMER), *self._typed_all()
        self._typed = (self._typed + digit)[:LONGEST_PIN]
        return StopPlay(), StartTimer(PIN_TIMER, PIN_SECONDS)

    def _typed_all(self) -> Sequence[Effect]:
        pin, self._typed = self._typed or "", None
        verdict = self._judge(pin)
        if verdict == "wrong":
            return StopPlay(), *self._ask("pv_wrongpin", "pv_pin")
        if isinstance(verdict, str):
            self._ends = True
            return StopPlay(), Play((_SAYS[verdict],))
        return StopPlay(), cast(Effect, verdict)  # for the driver; a machine knows of no other call
