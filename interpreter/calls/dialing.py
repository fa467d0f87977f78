"""Ring a plan's targets until one answers; then keep the two connected until one hangs up.

Sans-IO. ``Dialing`` says in one list, in order, what is to be done (leg outputs, timers) and what the
machine is to hear (``Answered``, ``DialEnded``, ``PartnerHungUp``); ``CallSession`` replaces the latter
by the machine's effects.

- The first answer wins. Every other leg of the wave is cancelled; one that answers in the same instant,
  or whose 200 crosses our CANCEL, is hung up.
- One timer, ``dial:ring``, bounds each wave, counted from its INVITEs (a trunk that never rings must not
  hold the caller). When it runs out the wave's legs count as ``no_answer`` and the next wave is rung.
- Ringback begins with the first leg that rings and goes on unbroken while the waves change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypedDict

from interpreter.calls.inputs import LegAnswered, LegFailed, LegHungUp, LegInput, LegReason, LegRinging
from interpreter.calls.outputs import (
    Bridge,
    CancelLeg,
    HangUpLeg,
    InviteLeg,
    LegOutput,
    StartRingback,
    StopRingback,
    Unbridge,
)
from interpreter.calls.reasons import outcome_of
from interpreter.calls.ring_plan import Wave
from interpreter.machine.effects import Answer, CancelTimer, StartTimer, Target
from interpreter.machine.events import Answered, DialEnded, PartnerHungUp

RING_TIMER = "dial:ring"

Step = LegOutput | Answer | StartTimer | CancelTimer | Answered | DialEnded | PartnerHungUp


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
    over: bool


@dataclass(slots=True)
class LegBook:
    """The legs of one call over all its dials: the last number given out, cancelled legs not yet ended."""

    last: int = 0
    leaving: set[int] = field(default_factory=set)

    def new(self) -> int:
        self.last += 1
        return self.last

    def left(self, event: LegInput) -> list[Step]:
        """Take news of a leg that no dial waits for; an answer that crossed our CANCEL is hung up."""
        if event.leg not in self.leaving or type(event) is LegRinging:
            return []
        self.leaving.discard(event.leg)
        return [HangUpLeg(event.leg)] if type(event) is LegAnswered else []


class Dialing:
    """One ``Dial`` of the machine, from the first INVITE to the end of the talk.

    waves: see ``ring_plan``. ring_seconds: for each wave. ``over``: nothing is rung or connected any more.
    """

    __slots__ = (
        "_book",
        "_reasons",
        "_record",
        "_ring_seconds",
        "_ringback",
        "_ringing",
        "_talking",
        "_waves",
        "over",
    )

    def __init__(self, waves: Sequence[Wave], ring_seconds: float, record: bool, book: LegBook) -> None:
        self._waves = list(waves)
        self._ring_seconds = ring_seconds
        self._record = record
        self._book = book
        self._ringing: dict[int, Target] = {}
        self._talking: tuple[int, Target] | None = None
        self._reasons: list[LegReason] = []
        self._ringback = False
        self.over = False

    @property
    def talking(self) -> int | None:
        """The leg that is connected with the caller."""
        return self._talking[0] if self._talking else None

    def start(self) -> list[Step]:
        """Ring the first wave; without any, ends at once as ``no_such``."""
        return self._next_wave()

    def handle_leg(self, event: LegInput) -> list[Step]:
        """Take what a leg did; legs that this dial does not wait for go to the book."""
        if self._talking is not None and event.leg == self._talking[0]:
            ended = isinstance(event, (LegHungUp, LegFailed))
            return self._partner_hung_up() if ended else []
        target = self._ringing.get(event.leg)
        if target is None:
            return self._book.left(event)
        match event:
            case LegRinging():
                return self._rings()
            case LegAnswered():
                return self._answered(event.leg, target)
            case LegFailed(leg, reason):
                return self._failed(leg, reason)
            case LegHungUp(leg):
                return self._failed(leg, "failed")

    def ring_time_over(self) -> list[Step]:
        """``dial:ring`` ran out: give this wave up."""
        if not self._ringing:
            return []
        self._reasons += ["no_answer"] * len(self._ringing)
        return [*self._cancel_ringing(), *self._next_wave()]

    def stop(self) -> list[Step]:
        """End everything without a word to the machine: the caller is gone, or a fault came."""
        if self.over:
            return []
        steps: list[Step] = []
        if self._ringing:
            steps.append(CancelTimer(RING_TIMER))
            steps += self._cancel_ringing()
        steps += self._stop_ringback()
        if self._talking is not None:
            leg = self._talking[0]
            steps += [Unbridge(leg), HangUpLeg(leg)]
        self._talking = None
        self.over = True
        return steps

    def _next_wave(self) -> list[Step]:
        if not self._waves:
            self.over = True
            return [*self._stop_ringback(), DialEnded(outcome_of(self._reasons))]
        wave = self._waves.pop(0)
        steps: list[Step] = []
        for target in wave:
            leg = self._book.new()
            self._ringing[leg] = target
            steps.append(InviteLeg(leg, target))
        return [*steps, StartTimer(RING_TIMER, self._ring_seconds)]

    def _rings(self) -> list[Step]:
        if self._ringback:
            return []
        self._ringback = True
        return [StartRingback()]

    def _answered(self, leg: int, target: Target) -> list[Step]:
        del self._ringing[leg]
        self._talking = (leg, target)
        return [
            CancelTimer(RING_TIMER),
            *self._cancel_ringing(),
            *self._stop_ringback(),
            Answer(),  # a caller who only had early media until now
            Bridge(leg, self._record),
            Answered(target.value),
        ]

    def _failed(self, leg: int, reason: LegReason) -> list[Step]:
        del self._ringing[leg]
        self._reasons.append(reason)
        if self._ringing:
            return []
        return [CancelTimer(RING_TIMER), *self._next_wave()]

    def _partner_hung_up(self) -> list[Step]:
        assert self._talking is not None
        leg = self._talking[0]
        self._talking = None
        self.over = True
        return [Unbridge(leg), PartnerHungUp()]

    def _cancel_ringing(self) -> list[Step]:
        steps: list[Step] = [CancelLeg(leg) for leg in self._ringing]
        self._book.leaving.update(self._ringing)
        self._ringing.clear()
        return steps

    def _stop_ringback(self) -> list[Step]:
        if not self._ringback:
            return []
        self._ringback = False
        return [StopRingback()]

    def snapshot(self) -> DialingSnapshot:
        """The whole state as plain JSON-able data (the book is the session's)."""
        talking = self._talking
        return {
            "waiting": [[_save(target) for target in wave] for wave in self._waves],
            "ring_seconds": self._ring_seconds,
            "record": self._record,
            "ringing": [(leg, _save(target)) for leg, target in self._ringing.items()],
            "talking": (talking[0], _save(talking[1])) if talking else None,
            "reasons": list(self._reasons),
            "ringback": self._ringback,
            "over": self.over,
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
        dialing.over = snapshot["over"]
        return dialing


def _save(target: Target) -> TargetSnapshot:
    return {"kind": target.kind, "value": target.value, "user": target.user, "label": target.label}
