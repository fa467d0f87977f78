"""Ring a plan's targets until one answers.

Sans-IO. Each method of a ``Dialing`` puts what is to be done behind ``outputs`` and returns how it ended, once it has:
``Reached`` or ``DialEnded``.

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
from typing import TypedDict

from interpreter.calls.inputs import LegAnswered, LegCame, LegFailed, LegInput, LegReason, LegRinging
from interpreter.calls.leg import FIRST_LEG, LegBook, TargetSnapshot, load_target, save_target
from interpreter.calls.outputs import CancelLeg, HangUpLeg, InviteLeg, Output, StartRingback, StopRingback
from interpreter.calls.reasons import outcome_of
from interpreter.calls.strategies import Wave
from interpreter.machine.effects import CancelTimer, StartTimer, Target
from interpreter.machine.events import DialEnded

RING_TIMER = "dial:ring"


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody answered: the leg is the caller's of ``Dialing`` now."""

    leg: int
    target: Target


DialResult = Reached | DialEnded

_CANCEL_RING_TIMER = CancelTimer(RING_TIMER)

# outputs with few differences: looking one up takes a third of the time of making it
_ring_timer = functools.lru_cache(maxsize=256)(functools.partial(StartTimer, RING_TIMER))
_start_ringback = functools.lru_cache(maxsize=256)(StartRingback)
_stop_ringback = functools.lru_cache(maxsize=256)(StopRingback)


class DialingSnapshot(TypedDict):
    waiting: list[list[TargetSnapshot]]
    ring_seconds: float
    hearer: int | None
    ringing: list[tuple[int, TargetSnapshot]]
    reasons: list[LegReason]
    ringback: bool


class Dialing:
    """Holds the legs that it rings, from their INVITE to the first answer.

    waves: see ``strategies.ring_plan``. ring_seconds: for each wave. hearer: the leg that hears it ring, None for
    nobody.
    """

    __slots__ = ("_book", "_hearer", "_reasons", "_ring_timer", "_ringback", "_ringing", "_waves")

    def __init__(
        self, waves: Sequence[Wave], ring_seconds: float, book: LegBook, hearer: int | None = FIRST_LEG
    ) -> None:
        self._waves = waves
        self._ring_timer = _ring_timer(ring_seconds)
        self._book = book
        self._hearer = hearer
        self._ringing: dict[int, Target] = {}
        self._reasons: list[LegReason] = []
        self._ringback = False

    def start(self, outputs: list[Output]) -> DialResult | None:
        """Ring the first wave; without any, ends at once as ``no_such``."""
        return self._next_wave(outputs)

    def handle_leg(self, event: LegInput, outputs: list[Output]) -> DialResult | None:
        """Take what a leg did; legs that this dial does not ring go to the book."""
        leg, kind = event.leg, type(event)
        if kind is LegCame:
            return self._came(event, outputs)  # type: ignore[arg-type]  # a LegCame
        if leg not in self._ringing:
            outputs += self._book.left(event)
            return None
        if kind is LegRinging:
            self._rings(outputs)
            return None
        if kind is LegAnswered:
            return self._answered(leg, outputs)
        return self._failed(leg, event.reason if isinstance(event, LegFailed) else "failed", outputs)

    def _came(self, event: LegCame, outputs: list[Output]) -> Reached | None:
        result = self.picked_up(event.leg, event.who, outputs) if event.part == "answers" else None
        if result is None:  # nobody is rung any more, or it came for something else
            outputs.append(HangUpLeg(event.leg))
        return result

    def timer(self, name: str, outputs: list[Output]) -> DialResult | None:
        """``dial:ring`` ran out: give this wave up."""
        if name != RING_TIMER or not self._ringing:
            return None
        self._reasons += ["no_answer"] * len(self._ringing)
        self._cancel_ringing(outputs)
        return self._next_wave(outputs)

    def stop(self, outputs: list[Output]) -> None:
        """End everything without a word: nobody wants the answer any more."""
        if self._ringing:
            outputs.append(_CANCEL_RING_TIMER)
            self._cancel_ringing(outputs)
        self._stop_ringback(outputs)
        self._waves = ()

    def picked_up(self, leg: int, who: Target, outputs: list[Output]) -> Reached | None:
        """Somebody of another call answers in place of those who are rung; None where nobody is any more."""
        if not self._ringing:
            return None
        outputs.append(_CANCEL_RING_TIMER)
        self._cancel_ringing(outputs)
        self._stop_ringback(outputs)
        return Reached(leg, who)

    def nobody_hears(self) -> None:
        """Whoever heard it ring is gone; it goes on."""
        self._hearer = None
        self._ringback = False

    def _next_wave(self, outputs: list[Output]) -> DialEnded | None:
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
        if not self._ringback and self._hearer is not None:
            self._ringback = True
            outputs.append(_start_ringback(self._hearer))

    def _answered(self, leg: int, outputs: list[Output]) -> Reached:
        target = self._ringing.pop(leg)
        outputs.append(_CANCEL_RING_TIMER)
        if self._ringing:
            self._cancel_ringing(outputs)
        self._stop_ringback(outputs)
        return Reached(leg, target)

    def _failed(self, leg: int, reason: LegReason, outputs: list[Output]) -> DialResult | None:
        del self._ringing[leg]
        self._reasons.append(reason)
        if self._ringing:
            return None
        outputs.append(_CANCEL_RING_TIMER)
        return self._next_wave(outputs)

    def _cancel_ringing(self, outputs: list[Output]) -> None:
        outputs += [CancelLeg(leg) for leg in self._ringing]
        self._book.leaving = self._book.leaving.union(self._ringing)
        self._ringing.clear()

    def _stop_ringback(self, outputs: list[Output]) -> None:
        if self._ringback and self._hearer is not None:
            self._ringback = False
            outputs.append(_stop_ringback(self._hearer))

    def snapshot(self) -> DialingSnapshot:
        """The whole state as plain JSON-able data (the book is the session's)."""
        return {
            "waiting": [[save_target(target) for target in wave] for wave in self._waves],
            "ring_seconds": self._ring_timer.seconds,
            "hearer": self._hearer,
            "ringing": [(leg, save_target(target)) for leg, target in self._ringing.items()],
            "reasons": list(self._reasons),
            "ringback": self._ringback,
        }

    @classmethod
    def restore(cls, snapshot: DialingSnapshot, book: LegBook) -> Dialing:
        """The dial as it stood at ``snapshot()``."""
        waves = [tuple(load_target(target) for target in wave) for wave in snapshot["waiting"]]
        dialing = cls(waves, snapshot["ring_seconds"], book, snapshot["hearer"])
        dialing._ringing = {leg: load_target(target) for leg, target in snapshot["ringing"]}
        dialing._reasons = list(snapshot["reasons"])
        dialing._ringback = snapshot["ringback"]
        return dialing
