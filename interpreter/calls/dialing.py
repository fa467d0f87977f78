"""Ring a plan's targets until one answers; then keep the two connected until one hangs up.

Sans-IO. Each turn of a ``Dialing`` is what is to be done, in order, and then what the machine is to hear of it, if
anything: ``Answered``, ``DialEnded`` or ``PartnerHungUp``.

- The first answer wins. Every other leg of the wave is cancelled; one that answers in the same instant,
  or whose 200 crosses our CANCEL, is hung up.
- One timer, ``dial:ring``, bounds each wave, counted from its INVITEs (a trunk that never rings must not
  hold the caller). When it runs out the wave's legs count as ``no_answer`` and the next wave is rung.
- Ringback begins with the first leg that rings and goes on unbroken while the waves change.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypedDict

from interpreter.calls.inputs import LegAnswered, LegFailed, LegHungUp, LegInput, LegReason, LegRinging
from interpreter.calls.outputs import (
    Bridge,
    CancelLeg,
    HangUpLeg,
    InviteLeg,
    Output,
    StartRingback,
    StopRingback,
    Unbridge,
)
from interpreter.calls.reasons import outcome_of
from interpreter.calls.ring_plan import Wave
from interpreter.machine.effects import Answer, CancelTimer, StartTimer, Target
from interpreter.machine.events import Answered, DialEnded, PartnerHungUp

RING_TIMER = "dial:ring"

Told = Answered | DialEnded | PartnerHungUp
Turn = tuple[list[Output], Told | None]

# outputs without a difference from call to call
_ANSWER = Answer()  # a caller who only had early media until now
_CANCEL_RING_TIMER = CancelTimer(RING_TIMER)
_START_RINGBACK = StartRingback()
_STOP_RINGBACK = StopRingback()
_PARTNER_HUNG_UP = PartnerHungUp()


@functools.lru_cache(maxsize=256)
def _ring_timer(seconds: float) -> StartTimer:
    return StartTimer(RING_TIMER, seconds)


class TargetSnapshot(TypedDict):
    kind: Literal["extension", "number", "trunk"]
    value: str
    user: str
    label: str


class DialingSnapshot(TypedDict):
    waiting: list[list[TargetSnapshot]]
    ring_seconds: float
    record: bool
    ringing: list[tuple[int, TargetSnapshot]]
    talking: tuple[int, TargetSnapshot] | None
    reasons: list[LegReason]
    ringback: bool


@dataclass(slots=True)
class LegBook:
    """The legs of one call over all its dials: the last number given out, cancelled legs not yet ended."""

    last: int = 0
    leaving: set[int] = field(default_factory=set)

    def new(self) -> int:
        self.last += 1
        return self.last

    def left(self, event: LegInput) -> list[Output]:
        """Take news of a leg that no dial waits for; an answer that crossed our CANCEL is hung up."""
        if event.leg not in self.leaving or type(event) is LegRinging:
            return []
        self.leaving.discard(event.leg)
        return [HangUpLeg(event.leg)] if type(event) is LegAnswered else []


class Dialing:
    """One ``Dial`` of the machine, from the first INVITE to the end of the talk.

    waves: see ``ring_plan``. ring_seconds: for each wave.
    """

    __slots__ = (
        "_book",
        "_reasons",
        "_record",
        "_ring_timer",
        "_ringback",
        "_ringing",
        "_talking",
        "_waves",
    )

    def __init__(self, waves: Sequence[Wave], ring_seconds: float, record: bool, book: LegBook) -> None:
        self._waves = waves
        self._ring_timer = _ring_timer(ring_seconds)
        self._record = record
        self._book = book
        self._ringing: dict[int, Target] = {}
        self._talking: tuple[int, Target] | None = None
        self._reasons: list[LegReason] = []
        self._ringback = False

    @property
    def talking(self) -> int | None:
        """The leg that is connected with the caller."""
        return self._talking[0] if self._talking else None

    def start(self) -> Turn:
        """Ring the first wave; without any, ends at once as ``no_such``."""
        return self._next_wave([])

    def handle_leg(self, event: LegInput) -> Turn:
        """Take what a leg did; legs that this dial does not wait for go to the book."""
        leg, kind = event.leg, type(event)
        if self._talking is not None and leg == self._talking[0]:
            ended = kind is LegHungUp or kind is LegFailed
            return self._partner_hung_up(leg) if ended else ([], None)
        if leg not in self._ringing:
            return self._book.left(event), None
        if kind is LegRinging:
            return self._rings()
        if kind is LegAnswered:
            return self._answered(leg)
        return self._failed(leg, event.reason if isinstance(event, LegFailed) else "failed")

    def ring_time_over(self) -> Turn:
        """``dial:ring`` ran out: give this wave up."""
        if not self._ringing:
            return [], None
        self._reasons += ["no_answer"] * len(self._ringing)
        outputs: list[Output] = []
        self._cancel_ringing(outputs)
        return self._next_wave(outputs)

    def stop(self) -> list[Output]:
        """End everything without a word to the machine: the caller is gone, or a fault came."""
        outputs: list[Output] = []
        if self._ringing:
            outputs.append(_CANCEL_RING_TIMER)
            self._cancel_ringing(outputs)
        self._stop_ringback(outputs)
        if self._talking is not None:
            leg = self._talking[0]
            outputs += (Unbridge(leg), HangUpLeg(leg))
            self._talking = None
        self._waves = ()
        return outputs

    def _next_wave(self, outputs: list[Output]) -> Turn:
        if not self._waves:
            self._stop_ringback(outputs)
            return outputs, DialEnded(outcome_of(self._reasons))
        wave, self._waves = self._waves[0], self._waves[1:]
        for target in wave:
            leg = self._book.new()
            self._ringing[leg] = target
            outputs.append(InviteLeg(leg, target))
        outputs.append(self._ring_timer)
        return outputs, None

    def _rings(self) -> Turn:
        if self._ringback:
            return [], None
        self._ringback = True
        return [_START_RINGBACK], None

    def _answered(self, leg: int) -> Turn:
        target = self._ringing.pop(leg)
        self._talking = (leg, target)
        outputs: list[Output] = [_CANCEL_RING_TIMER]
        if self._ringing:
            self._cancel_ringing(outputs)
        self._stop_ringback(outputs)
        outputs += (_ANSWER, Bridge(leg, self._record))
        return outputs, Answered(target.value)

    def _failed(self, leg: int, reason: LegReason) -> Turn:
        del self._ringing[leg]
        self._reasons.append(reason)
        if self._ringing:
            return [], None
        return self._next_wave([_CANCEL_RING_TIMER])

    def _partner_hung_up(self, leg: int) -> Turn:
        self._talking = None
        return [Unbridge(leg)], _PARTNER_HUNG_UP

    def _cancel_ringing(self, outputs: list[Output]) -> None:
        outputs += [CancelLeg(leg) for leg in self._ringing]
        self._book.leaving.update(self._ringing)
        self._ringing.clear()

    def _stop_ringback(self, outputs: list[Output]) -> None:
        if self._ringback:
            self._ringback = False
            outputs.append(_STOP_RINGBACK)

    def snapshot(self) -> DialingSnapshot:
        """The whole state as plain JSON-able data (the book is the session's)."""
        talking = self._talking
        return {
            "waiting": [[_save(target) for target in wave] for wave in self._waves],
            "ring_seconds": self._ring_timer.seconds,
            "record": self._record,
            "ringing": [(leg, _save(target)) for leg, target in self._ringing.items()],
            "talking": (talking[0], _save(talking[1])) if talking else None,
            "reasons": list(self._reasons),
            "ringback": self._ringback,
        }

    @classmethod
    def restore(cls, snapshot: DialingSnapshot, book: LegBook) -> Dialing:
        """The dial as it stood at ``snapshot()``."""
        waves = [tuple(Target(**target) for target in wave) for wave in snapshot["waiting"]]
        dialing = cls(waves, snapshot["ring_seconds"], snapshot["record"], book)
        dialing._ringing = {leg: Target(**target) for leg, target in snapshot["ringing"]}
        talking = snapshot["talking"]
        dialing._talking = (talking[0], Target(**talking[1])) if talking else None
        dialing._reasons = list(snapshot["reasons"])
        dialing._ringback = snapshot["ringback"]
        return dialing


def _save(target: Target) -> TargetSnapshot:
    return {"kind": target.kind, "value": target.value, "user": target.user, "label": target.label}
