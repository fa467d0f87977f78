"""Ring a plan's targets until one answers.

Sans-IO. Each method of a ``Dialing`` puts what is to be done behind ``outputs`` and returns how it ended, once it has:
``Reached`` or ``DialEnded``.

- The first answer wins. Every other leg of the wave is cancelled; one that answers in the same instant,
  or whose 200 crosses our CANCEL, is hung up.
- One timer, ``dial:ring``, bounds each wave, counted from its INVITEs (a trunk that never rings must not
  hold the caller). When it runs out the wave's legs count as ``no_answer`` and the next wave is rung.
- What is heard meanwhile is ``hearing``'s.
- A leg that is diverted is a dial of its own in the leg's place, with its own timer: how it ends is how the leg does.
- Who is asked to accept has answered when 1 was pressed; until then the others ring on.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from interpreter.calls.hearing import Hearing, HearingSnapshot
from interpreter.calls.inputs import (
    LegAnswered,
    LegCame,
    LegDigit,
    LegDiverted,
    LegEarlyMedia,
    LegFailed,
    LegHungUp,
    LegInput,
    LegReason,
    LegRinging,
)
from interpreter.calls.leg import FIRST_LEG, LegBook, TargetSnapshot, load_target, save_target
from interpreter.calls.outputs import (
    CancelLeg,
    HangUpLeg,
    InviteLeg,
    Output,
    PlayTo,
    StopPlayTo,
)
from interpreter.calls.reasons import outcome_of
from interpreter.calls.strategies import Wave
from interpreter.machine.effects import CancelTimer, StartTimer, Target
from interpreter.machine.events import DialEnded, DialOutcome

RING_TIMER = "dial:ring"
ACCEPT_KEY = "1"


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody answered: the leg is the caller's of ``Dialing`` now."""

    leg: int
    target: Target


DialResult = Reached | DialEnded

_NOBODY: frozenset[int] = frozenset()

# outputs with few differences: looking one up takes a third of the time of making it
_ring_timer = functools.lru_cache(maxsize=256)(StartTimer)
_cancel_timer = functools.lru_cache(maxsize=256)(CancelTimer)


class DialingSnapshot(TypedDict):
    waiting: list[list[TargetSnapshot]]
    timer: str
    ring_seconds: float
    ringing: list[tuple[int, TargetSnapshot]]
    asked: list[int]
    diverted: list[tuple[int, DialingSnapshot]]
    instead: dict[DialOutcome, TargetSnapshot]
    reasons: list[LegReason]
    hearing: HearingSnapshot


class Dialing:
    """Holds the legs that it rings, from their INVITE to the first answer.

    waves: see ``strategies.ring_plan``. ring_seconds: for each wave. hearer: the leg that hears it ring, None for
    nobody; heard: whether that hears us already; record: whether what it hears of others is recorded. timer: its name.
    instead, reasons: see ``inputs.RingPlan``.
    """

    __slots__ = (
        "_asked", "_book", "_diverted", "_hearing", "_instead", "_reasons", "_ring_timer", "_ringing", "_timer",
        "_waves",
    )  # fmt: skip

    def __init__(
        self, waves: Sequence[Wave], ring_seconds: float, book: LegBook, hearer: int | None = FIRST_LEG,
        timer: str = RING_TIMER, instead: Mapping[DialOutcome, Target] | None = None, reasons: Sequence[LegReason] = (),
        *, heard: bool = True, record: bool = False,
    ) -> None:  # fmt: skip
        self._waves = waves
        self._timer = timer
        self._ring_timer = _ring_timer(timer, ring_seconds)
        self._book = book
        self._hearing = Hearing(hearer, heard, record)
        self._ringing: dict[int, Target] = {}
        self._asked = _NOBODY
        self._diverted: dict[int, Dialing] | None = None  # nearly always
        self._instead = instead
        self._reasons: list[LegReason] = list(reasons)

    def start(self, outputs: list[Output]) -> DialResult | None:
        """Ring the first wave; without any, ends at once as ``no_such``."""
        return self._heard_on(self._next_wave(outputs), outputs)

    def handle_leg(self, event: LegInput, outputs: list[Output]) -> DialResult | None:
        """Take what a leg did; legs that this dial does not ring go to the book."""
        return self._heard_on(self._handle(event, outputs), outputs)

    def _heard_on(self, result: DialResult | None, outputs: list[Output]) -> DialResult | None:
        """While it goes on there is something to hear."""
        if result is None:
            self._hearing.arrange(outputs, self.rung)
        else:
            self._hearing.silence(outputs)
        return result

    def _handle(self, event: LegInput, outputs: list[Output]) -> DialResult | None:
        leg, kind = event.leg, type(event)
        if kind is LegCame:
            return self._came(event, outputs)  # type: ignore[arg-type]  # a LegCame
        if leg not in self._ringing:
            return self._handle_diverted(event, outputs)
        if kind is LegRinging:
            self._hearing.rings()
            return None
        if kind is LegEarlyMedia:
            self._hearing.sounds(leg, event.sounds)  # type: ignore[union-attr]  # a LegEarlyMedia
            return None
        if kind is LegAnswered:
            return self._answered(leg, outputs)
        if kind is LegDigit:
            return self._pressed(leg, event.digit, outputs)  # type: ignore[union-attr]  # a LegDigit
        if kind is LegDiverted:
            return self._divert(event, outputs)  # type: ignore[arg-type]  # a LegDiverted
        if kind is LegFailed or kind is LegHungUp:
            return self._failed(leg, event.reason if isinstance(event, LegFailed) else "failed", outputs)
        outputs += self._book.left(event)  # of somebody who is asked: holds, wants a transfer
        return None

    def _came(self, event: LegCame, outputs: list[Output]) -> Reached | None:
        result = self.picked_up(event.leg, event.who, outputs) if event.part == "answers" else None
        if result is None:  # nobody is rung any more, or it came for something else
            outputs.append(HangUpLeg(event.leg))
        return result

    def timer(self, name: str, outputs: list[Output]) -> DialResult | None:
        """The ring timer ran out: give this wave up; what was diverted has a time of its own."""
        return self._heard_on(self._timer_of(name, outputs), outputs)

    def _timer_of(self, name: str, outputs: list[Output]) -> DialResult | None:
        if name != self._timer:
            for leg, dial in list((self._diverted or {}).items()):
                if name == dial._timer or name.startswith(f"{dial._timer}:"):
                    return self._diverted_on(leg, dial.timer(name, outputs), outputs)
            return None
        if not self._ringing:
            return None
        self._reasons += ["no_answer"] * len(self._ringing)
        self._cancel_ringing(outputs)
        return None if self._diverted else self._next_wave(outputs)

    def stop(self, outputs: list[Output]) -> None:
        """End everything without a word: nobody wants the answer any more."""
        self._cancel_all(outputs)
        self._hearing.silence(outputs)
        self._waves = ()
        self._instead = None

    def picked_up(self, leg: int, who: Target, outputs: list[Output]) -> Reached | None:
        """Somebody of another call answers in place of those who are rung; None where nobody is any more."""
        if not self._ringing and not self._diverted:
            return None
        self._cancel_all(outputs)
        self._hearing.silence(outputs)
        return Reached(leg, who)

    def nobody_hears(self, outputs: list[Output]) -> None:
        """Whoever heard it ring is gone; it goes on."""
        self._hearing.nobody(outputs)

    def _next_wave(self, outputs: list[Output]) -> DialEnded | None:
        if not self._waves:
            ended = self._nobody_left(outputs)
            if ended is not None:
                return ended
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

    def _nobody_left(self, outputs: list[Output]) -> DialEnded | None:
        """How it ended; None where there is somebody else for that, who is the next wave."""
        outcome = outcome_of(self._reasons)
        other = self._instead.get(outcome) if self._instead else None
        self._instead = None
        if other is not None:
            self._waves, self._reasons = ((other,),), []
            return None
        return DialEnded(outcome)

    def _answered(self, leg: int, outputs: list[Output]) -> Reached | None:
        target = self._ringing[leg]
        if target.behalf is not None and target.behalf.accept and leg not in self._asked:
            self._asked |= {leg}
            self._hearing.sounds(leg, False)  # what it sends now is nobody's business
            outputs.append(PlayTo(leg, "accept"))
            return None
        return self._reached(leg, outputs)

    def _pressed(self, leg: int, digit: str, outputs: list[Output]) -> Reached | None:
        """A key of somebody who is asked to accept."""
        if leg not in self._asked or digit != ACCEPT_KEY:
            return None
        self._asked -= {leg}
        outputs.append(StopPlayTo(leg))
        return self._reached(leg, outputs)

    def _reached(self, leg: int, outputs: list[Output]) -> Reached:
        target = self._ringing.pop(leg)
        outputs.append(_cancel_timer(self._timer))
        if self._ringing:
            self._cancel_ringing(outputs)
        if self._diverted:
            self._stop_diverted(outputs)
        return Reached(leg, target)

    def _failed(self, leg: int, reason: LegReason, outputs: list[Output]) -> DialResult | None:
        del self._ringing[leg]
        self._reasons.append("no_answer" if leg in self._asked else reason)
        self._asked -= {leg}
        if self._ringing:
            return None
        outputs.append(_cancel_timer(self._timer))
        return None if self._diverted else self._next_wave(outputs)

    # what is rung in place of a leg

    def _divert(self, event: LegDiverted, outputs: list[Output]) -> DialResult | None:
        leg, plan = event.leg, event.plan
        del self._ringing[leg]
        if not self._ringing:
            outputs.append(_cancel_timer(self._timer))
        timer = f"{self._timer}:{leg}"
        dial = Dialing(plan.waves, plan.seconds, self._book, None, timer, plan.instead, plan.reasons)
        if self._diverted is None:
            self._diverted = {}
        self._diverted[leg] = dial
        return self._diverted_on(leg, dial.start(outputs), outputs)

    def _handle_diverted(self, event: LegInput, outputs: list[Output]) -> DialResult | None:
        for leg, dial in (self._diverted or {}).items():
            if dial.rings(event.leg):
                if type(event) is LegRinging:
                    self._hearing.rings()
                elif type(event) is LegEarlyMedia or type(event) is LegAnswered:
                    self._hearing.sounds(event.leg, type(event) is LegEarlyMedia and event.sounds)
                return self._diverted_on(leg, dial.handle_leg(event, outputs), outputs)
        outputs += self._book.left(event)
        return None

    def _diverted_on(self, leg: int, result: DialResult | None, outputs: list[Output]) -> DialResult | None:
        """What came of a dial that stands in a leg's place."""
        if result is None:
            return None
        assert self._diverted is not None
        del self._diverted[leg]
        if isinstance(result, Reached):
            self._cancel_all(outputs)
            return result
        self._reasons.append(result.outcome)
        return None if self._ringing or self._diverted else self._next_wave(outputs)

    def rings(self, leg: int) -> bool:
        """Whether it rings this leg, itself or in place of another."""
        return leg in self._ringing or any(dial.rings(leg) for dial in (self._diverted or {}).values())

    def rung(self) -> Sequence[int]:
        """All whom it rings."""
        if not self._diverted:
            return tuple(self._ringing)
        return (*self._ringing, *(leg for dial in self._diverted.values() for leg in dial.rung()))

    # the end of legs

    def _cancel_all(self, outputs: list[Output]) -> None:
        if self._ringing:
            outputs.append(_cancel_timer(self._timer))
            self._cancel_ringing(outputs)
        if self._diverted:
            self._stop_diverted(outputs)

    def _stop_diverted(self, outputs: list[Output]) -> None:
        dials, self._diverted = self._diverted or {}, None
        for dial in dials.values():
            dial.stop(outputs)

    def _cancel_ringing(self, outputs: list[Output]) -> None:
        asked, self._asked = self._asked, _NOBODY
        for leg in self._ringing:
            if leg in asked:
                outputs += (StopPlayTo(leg), HangUpLeg(leg))
            else:
                outputs.append(CancelLeg(leg))
        self._book.leaving = self._book.leaving.union(self._ringing.keys() - asked)
        self._ringing.clear()

    def snapshot(self) -> DialingSnapshot:
        """The whole state as plain JSON-able data (the book is the session's)."""
        return {
            "waiting": [[save_target(target) for target in wave] for wave in self._waves],
            "timer": self._timer,
            "ring_seconds": self._ring_timer.seconds,
            "ringing": [(leg, save_target(target)) for leg, target in self._ringing.items()],
            "asked": sorted(self._asked),
            "diverted": [(leg, dial.snapshot()) for leg, dial in (self._diverted or {}).items()],
            "instead": {outcome: save_target(target) for outcome, target in (self._instead or {}).items()},
            "reasons": list(self._reasons),
            "hearing": self._hearing.snapshot(),
        }

    @classmethod
    def restore(cls, snapshot: DialingSnapshot, book: LegBook) -> Dialing:
        """The dial as it stood at ``snapshot()``."""
        waves = [tuple(load_target(target) for target in wave) for wave in snapshot["waiting"]]
        instead = {outcome: load_target(target) for outcome, target in snapshot["instead"].items()}
        dialing = cls(
            waves, snapshot["ring_seconds"], book, None, snapshot["timer"], instead or None, snapshot["reasons"],
        )  # fmt: skip
        dialing._ringing = {leg: load_target(target) for leg, target in snapshot["ringing"]}
        dialing._asked = frozenset(snapshot["asked"])
        diverted = {leg: cls.restore(dial, book) for leg, dial in snapshot["diverted"]}
        dialing._diverted = diverted or None
        dialing._hearing = Hearing.restore(snapshot["hearing"])
        return dialing
