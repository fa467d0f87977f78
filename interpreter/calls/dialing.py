"""Ring a plan's targets until one answers; then keep the two connected until one hangs up.

Sans-IO. Each method of a ``Dialing`` puts what is to be done behind ``outputs`` and returns what the machine is to
hear of it, if anything: ``Answered``, ``DialEnded`` or ``PartnerHungUp``.

- The first answer wins. Every other leg of the wave is cancelled; one that answers in the same instant,
  or whose 200 crosses our CANCEL, is hung up.
- One timer, ``dial:ring``, bounds each wave, counted from its INVITEs (a trunk that never rings must not
  hold the caller). When it runs out the wave's legs count as ``no_answer`` and the next wave is rung.
- Ringback begins with the first leg that rings and goes on unbroken while the waves change.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
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

# outputs without a difference from call to call
_ANSWER = Answer()  # a caller who only had early media until now
_CANCEL_RING_TIMER = CancelTimer(RING_TIMER)
_START_RINGBACK = StartRingback()
_STOP_RINGBACK = StopRingback()
_PARTNER_HUNG_UP = PartnerHungUp()


# outputs with few differences: looking one up takes a third of the time of making it
_ring_timer = functools.lru_cache(maxsize=256)(functools.partial(StartTimer, RING_TIMER))
_bridge = functools.lru_cache(maxsize=256)(Bridge)
_unbridge = functools.lru_cache(maxsize=256)(Unbridge)


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
    leaving: frozenset[int] = frozenset()

    def left(self, event: LegInput) -> list[Output]:
        """Take news of a leg that no dial waits for; an answer that crossed our CANCEL is hung up."""
        if event.leg not in self.leaving or type(event) is LegRinging:
            return []
        self.leaving -= {event.leg}
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

    def start(self, outputs: list[Output]) -> Told | None:
        """Ring the first wave; without any, ends at once as ``no_such``."""
        return self._next_wave(outputs)

    def handle_leg(self, event: LegInput, outputs: list[Output]) -> Told | None:
        """Take what a leg did; legs that this dial does not wait for go to the book."""
        leg, kind = event.leg, type(event)
        if self._talking is not None and leg == self._talking[0]:
            return self._partner_hung_up(outputs) if kind is LegHungUp or kind is LegFailed else None
        if leg not in self._ringing:
            outputs += self._book.left(event)
            return None
        if kind is LegRinging:
            self._rings(outputs)
            return None
        if kind is LegAnswered:
            return self._answered(leg, outputs)
        return self._failed(leg, event.reason if isinstance(event, LegFailed) else "failed", outputs)

    def ring_time_over(self, outputs: list[Output]) -> Told | None:
        """``dial:ring`` ran out: give this wave up."""
        if not self._ringing:
            return None
        self._reasons += ["no_answer"] * len(self._ringing)
        self._cancel_ringing(outputs)
        return self._next_wave(outputs)

    def stop(self, outputs: list[Output]) -> None:
        """End everything without a word to the machine: the caller is gone, or a fault came."""
        if self._ringing:
            outputs.append(_CANCEL_RING_TIMER)
            self._cancel_ringing(outputs)
        self._stop_ringback(outputs)
        if self._talking is not None:
            leg = self._talking[0]
            outputs += (_unbridge(leg), HangUpLeg(leg))
            self._talking = None
        self._waves = ()

    def _next_wave(self, outputs: list[Output]) -> Told | None:
        if not self._waves:
            self._stop_ringback(outputs)
            return DialEnded(outcome_of(self._reasons))
        wave, self._waves = self._waves[0], self._waves[1:]
        book = self._book
        leg = book.last
        for target in wave:
            leg += 1
            self._ringing[leg] = target
            outputs.append(InviteLeg(leg, target))
        book.last = leg
        outputs.append(self._ring_timer)
        return None

    def _rings(self, outputs: list[Output]) -> None:
        if not self._ringback:
            self._ringback = True
            outputs.append(_START_RINGBACK)

    def _answered(self, leg: int, outputs: list[Output]) -> Told:
        target = self._ringing.pop(leg)
        self._talking = (leg, target)
        outputs.append(_CANCEL_RING_TIMER)
        if self._ringing:
            self._cancel_ringing(outputs)
        self._stop_ringback(outputs)
        outputs.append(_ANSWER)
        outputs.append(_bridge(leg, self._record))
        return Answered(target.value)

    def _failed(self, leg: int, reason: LegReason, outputs: list[Output]) -> Told | None:
        del self._ringing[leg]
        self._reasons.append(reason)
        if self._ringing:
            return None
        outputs.append(_CANCEL_RING_TIMER)
        return self._next_wave(outputs)

    def _partner_hung_up(self, outputs: list[Output]) -> Told:
        assert self._talking is not None
        outputs.append(_unbridge(self._talking[0]))
        self._talking = None
        return _PARTNER_HUNG_UP

    def _cancel_ringing(self, outputs: list[Output]) -> None:
        outputs += [CancelLeg(leg) for leg in self._ringing]
        self._book.leaving = self._book.leaving.union(self._ringing)
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
