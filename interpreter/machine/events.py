"""What happens to a call, as the machine hears of it.

Every event is plain data. A driver (runtime, simulation, replay) hands one at a time to
``Machine.handle(event, now)``; ``now`` is seconds since the epoch, UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from interpreter.machine.effects import Data

DialOutcome = Literal["busy", "no_answer", "offline", "no_such", "failed"]


@dataclass(frozen=True, slots=True)
class CallStarted:
    """The caller is there; the first event of every call."""


@dataclass(frozen=True, slots=True)
class Digit:
    """One DTMF digit, ``0-9 * # A-D``, when it begins."""

    digit: str


@dataclass(frozen=True, slots=True)
class PlayDone:
    """The last ``Play`` came to its end by itself (never sent after ``StopPlay`` or a newer ``Play``)."""


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer ran out. A timer cancelled or started anew under its name never fires for the old start."""

    name: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A target of the last ``Dial`` answered and is connected with the caller.

    target: the target's value as it stands in the flow (an extension's number, an outside number).
    """

    target: str


@dataclass(frozen=True, slots=True)
class DialEnded:
    """Nobody answered the last ``Dial``: why, in one word for all its targets."""

    outcome: DialOutcome


@dataclass(frozen=True, slots=True)
class PartnerHungUp:
    """The answerer hung up; the caller is still there."""


@dataclass(frozen=True, slots=True)
class MessageRecorded:
    """The last ``RecordMessage`` ended.

    seconds: length of the message, 0.0 where nothing was said.
    reason: what ended it; ``tone``: the network says by a signal that the caller is gone.
    """

    seconds: float
    reason: Literal["key", "silence", "limit", "hangup", "tone"]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of question ``n``; ignored where it is not open.

    kind: how it came out, in the service's own words (``ok``, ``none`` ...). Everybody's are ``error``, where the
    service failed or there is none, and ``timeout``. data: what the service says.
    """

    n: int
    kind: str
    data: Data


@dataclass(frozen=True, slots=True)
class Restored:
    """The call goes on from a snapshot; the first event then.

    Its open questions end as ``error``: who was asked is gone, and what is asked twice may be done twice.
    """


@dataclass(frozen=True, slots=True)
class CallerHungUp:
    """The caller is gone; the machine stops with this event."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something of ours failed while doing the last effect (a file gone, no port free); leads to ``on_error``."""

    code: str
    detail: str = ""


Event = (
    CallStarted
    | Digit
    | PlayDone
    | TimerFired
    | Answered
    | DialEnded
    | PartnerHungUp
    | MessageRecorded
    | Told
    | Restored
    | CallerHungUp
    | Fault
)
