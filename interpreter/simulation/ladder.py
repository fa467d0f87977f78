"""The transcript of a virtual call. It reads like a ladder diagram: ``>`` what we do, ``<`` what comes in, ``=`` where
the flow is.
"""

from __future__ import annotations

import json
from typing import Literal

from interpreter.calls.inputs import (
    Input,
    LegAnswered,
    LegCame,
    LegDigit,
    LegEarlyMedia,
    LegFailed,
    LegHeld,
    LegHungUp,
    LegRinging,
    TransferAsked,
)
from interpreter.calls.leg import FIRST_LEG
from interpreter.machine.effects import Data, Target
from interpreter.machine.events import CallerHungUp, CallStarted, Digit, MessageRecorded, TimerFired, Told
from interpreter.simulation.agenda import Agenda

Direction = Literal[">", "<", "="]


class Ladder:
    """lines: the transcript. targets: whom legs are of, by their numbers."""

    def __init__(self, agenda: Agenda) -> None:
        self.lines: list[str] = []
        self.targets: dict[int, Target] = {}
        self._agenda = agenda

    def note(self, direction: Direction, text: str) -> None:
        self.lines.append(f"{self._agenda.now:.3f} {direction} {text}")

    def came(self, event: Input) -> None:
        """Write down an input, if there are words for it."""
        words = self._words(event)
        if words:
            self.note("<", words)

    def who(self, leg: int) -> str:
        """What a leg is called."""
        if leg == FIRST_LEG:
            return "caller"
        target = self.targets[leg]
        return f"{target.kind}:{target.value}" + (f"/{target.user}" if target.user else "")

    def _words(self, event: Input) -> str:
        match event:
            case CallStarted():
                return "call"
            case Digit(digit):
                return f"digit {digit}"
            case TimerFired(name):
                return f"timeout {name}"
            case MessageRecorded(seconds, reason):
                return f"message {seconds:.1f} s, {reason}"
            case Told(n, kind, data):
                return f"told {n} {kind} {plain(data)}"
            case CallerHungUp():
                return "caller hangs up"
            case LegRinging(leg):
                return f"ringing {self.who(leg)}"
            case LegEarlyMedia(leg, sounds):
                return f"early media of {self.who(leg)}" + ("" if sounds else " ends")
            case LegAnswered(leg):
                return f"answered {self.who(leg)}"
            case LegFailed(leg, reason):
                return f"failed {self.who(leg)} {reason}"
            case LegHungUp(leg):
                return f"hung up {self.who(leg)}"
            case LegDigit(leg, digit):
                return f"digit {digit} of {self.who(leg)}"
            case LegHeld(leg, held):
                return f"{self.who(leg)} " + ("holds" if held else "is back")
            case LegCame(leg, _, part):
                return f"{self.who(leg)} {part}"
            case TransferAsked(leg, dialled):
                return f"{self.who(leg)} transfers to {dialled}"
            case _:
                return ""


def plain(data: Data) -> str:
    """Data in one line."""
    return json.dumps(data, ensure_ascii=False)
