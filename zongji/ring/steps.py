"""What the robot does while it is on the line: ``--press 1,wait:2,801`` as data."""

from __future__ import annotations

import re
from dataclasses import dataclass

KEYS = "0123456789*#ABCD"


@dataclass(frozen=True, slots=True)
class Press:
    """Send these DTMF digits, one after the other."""

    digits: str


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call from the caller's side."""


Step = Press | Wait | HangUp


class StepError(ValueError):
    """A step cannot be read; ``text`` is the part at fault."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def parse_steps(text: str) -> tuple[Step, ...]:
    """``1,wait:2,801,hangup`` -> steps in order; raises StepError."""
    return tuple(_parse_step(part.strip()) for part in text.split(",") if part.strip())


def _parse_step(part: str) -> Step:
    if part == "hangup":
        return HangUp()
    if wait := re.fullmatch(r"wait:(\d+(?:\.\d+)?)", part):
        return Wait(float(wait[1]))
    if all(key in KEYS for key in part.upper()):
        return Press(part.upper())
    raise StepError(part)
