"""What a driver hands to ``CallSession.handle``: the machine's events about the caller, and what legs do.

A leg is one target being rung: a small int, unique within the call, first named by ``InviteLeg``. The
caller is leg 0 and is spoken of by the machine's own events. A target with several devices (an extension
registered from a desk phone and a soft phone) is still one leg: the driver forks, reports ``LegRinging``
when the first device rings, ``LegAnswered`` when one answers (and cancels the others itself),
``LegFailed`` when all have failed, with ``combined_reason`` of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from interpreter.machine.effects import Target
from interpreter.machine.events import (
    CallerHungUp,
    CallStarted,
    DialOutcome,
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
class LegEarlyMedia:
    """The target's side begins to send sound before its answer (announcements, a ringing tone of its own: RFC 3960), or
    where not ``sounds`` has stopped."""

    leg: int
    sounds: bool


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
class RingPlan:
    """Whom to ring in place of somebody: wave after wave, each for ``seconds``.

    instead: whom else, once, by how the waves came out. reasons: what is known before anybody has been rung.
    """

    waves: tuple[tuple[Target, ...], ...]
    seconds: float
    instead: Mapping[DialOutcome, Target] = field(default_factory=dict)
    reasons: tuple[LegReason, ...] = ()


@dataclass(frozen=True, slots=True)
class LegDiverted:
    """In place of a leg that is rung others are to be: its extension wants it so, or its telephone said so (3xx).

    Nothing more is heard of the leg.
    """

    leg: int
    plan: RingPlan


@dataclass(frozen=True, slots=True)
class LegHungUp:
    """A leg that had answered hung up."""

    leg: int


@dataclass(frozen=True, slots=True)
class LegDigit:
    """Who is at an answered leg pressed a key, ``0-9 * # A-D``. The caller's keys are the machine's ``Digit``."""

    leg: int
    digit: str


@dataclass(frozen=True, slots=True)
class LegHeld:
    """The telephone put us on hold, by whatever spelling of it, or took us back."""

    leg: int
    held: bool


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """The telephone at ``leg`` (REFER, RFC 3515), or somebody for it in the page, wants its partner given to another.

    dialled: what was asked for, as dialled there; of a Refer-To only its user part.
    """

    leg: int
    dialled: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """The answer to ``Resolve``. target: None where nobody may be reached so; status then says why, as SIP would.

    number: one of ours in place of a target, as records keep it: the flow that answers there takes over. rule: which
    one forbids it (``plan.Rule``), "" for none.
    """

    leg: int
    target: Target | None
    status: int = 200
    number: str = ""
    rule: str = ""


Part = Literal["answers", "speaks", "replaces", "listens", "whispers"]
"""What a leg that comes from another call does here."""


@dataclass(frozen=True, slots=True)
class LegCame:
    """A leg of another call has come into this one under a new number (``CallSession.next_leg``).

    part: ``answers`` in place of those who are rung; ``speaks`` with the others, also with one who is parked;
    ``replaces`` leg ``other``, which leaves; ``listens``; ``whispers`` to leg ``other``. In the call that it left it
    has hung up.
    """

    leg: int
    who: Target
    part: Part
    other: int | None = None


@dataclass(frozen=True, slots=True)
class PartChanged:
    """A leg that came to listen or to whisper does otherwise from now on; see ``LegCame``."""

    leg: int
    who: Target
    part: Part
    other: int | None = None


@dataclass(frozen=True, slots=True)
class Parked:
    """The answer to ``Park``. place: what to dial to fetch the call, None where all places are taken."""

    leg: int
    place: str | None


@dataclass(frozen=True, slots=True)
class TalkStopped:
    """Those who talk on without whoever began the call are to end: an operator wants it, or the runtime ends."""


LegInput = (
    LegRinging
    | LegEarlyMedia
    | LegAnswered
    | LegFailed
    | LegDiverted
    | LegHungUp
    | LegDigit
    | LegHeld
    | TransferAsked
    | Resolved
    | LegCame
    | PartChanged
    | Parked
)

CallerInput = CallStarted | Digit | PlayDone | TimerFired | MessageRecorded | Told | Restored | CallerHungUp | Fault

Input = CallerInput | LegInput | TalkStopped
