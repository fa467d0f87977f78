"""What a driver hands to ``CallSession.handle``: the machine's events about the caller, and what legs do.

A leg is one target being rung: a small int, unique within the call, first named by ``InviteLeg``. The
caller is leg 0 and is spoken of by the machine's own events. A target with several devices (an extension
registered from a desk phone and a soft phone) is still one leg: the driver forks, reports ``LegRinging``
when the first device rings, ``LegAnswered`` when one answers (and cancels the others itself),
``LegFailed`` when all have failed, with ``combined_reason`` of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from interpreter.machine.events import (
    CallerHungUp,
    CallStarted,
    Digit,
    Fault,
    MessageRecorded,
    PlayDone,
    Restored,
    TimerFired,
    Told,
)

LegReason = Literal["busy", "no_answer", "offline", "no_such", "declined", "failed"]
"""Why a leg came to nothing; see ``reasons.reason_of_status`` for the SIP statuses behind each."""


@dataclass(frozen=True, slots=True)
class LegRinging:
    """The target's telephone rings (180, or 183): the caller may hear ringback."""

    leg: int


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """The target answered (200). Answered by ``Bridge``, or by ``HangUpLeg`` where it came too late."""

    leg: int


@dataclass(frozen=True, slots=True)
class LegFailed:
    """The leg ended without an answer, also the one that was told ``CancelLeg`` (487: any reason will do)."""

    leg: int
    reason: LegReason


@dataclass(frozen=True, slots=True)
class LegHungUp:
    """A leg that had answered hung up."""

    leg: int


LegInput = LegRinging | LegAnswered | LegFailed | LegHungUp

CallerInput = CallStarted | Digit | PlayDone | TimerFired | MessageRecorded | Told | Restored | CallerHungUp | Fault

Input = CallerInput | LegInput
