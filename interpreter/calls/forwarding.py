"""How somebody of ours wants to be reached: what is rung in place of an extension, and by whose leave.

Whoever sets a forward or a destination pays for it: each number is dialled by the plan, under the permissions of the
extension that names it. What those do not allow is passed over, so that a permission taken away loses no call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from interpreter.calls.inputs import LegReason, RingPlan
from interpreter.calls.plan import Reached
from interpreter.machine.effects import Behalf, Target
from interpreter.machine.events import DialOutcome

When = Literal["always", "busy", "no_answer", "offline"]
"""What has to happen at the extension that its calls go elsewhere; do not disturb counts as busy."""

_DIVERSION: Mapping[When, str] = {
    "always": "unconditional", "busy": "user-busy", "no_answer": "no-answer", "offline": "unavailable",
}  # fmt: skip
_LATER: tuple[Literal["busy", "no_answer", "offline"], ...] = ("busy", "no_answer", "offline")
FOLLOW_ME, DEFLECTION = "follow-me", "deflection"
"""In the words of Diversion (RFC 5806), as above: a destination of its own; its telephone's 3xx."""

RING_SECONDS = 20.0
MOST_DESTINATIONS = 5
MOST_TOGETHER = 3
MOST_DIVERSIONS = 5
"""A call that has been sent on so often goes no further."""

TELEPHONES = ""
"""In the place of a number: the extension's own telephones."""


@dataclass(frozen=True, slots=True)
class Destination:
    """to: a number as it is dialled, or ``TELEPHONES``. together: rings with the one before it.

    accept: whoever answers an outside number is asked to press 1, so that no voicemail of a carrier's takes the call.
    """

    to: str = TELEPHONES
    together: bool = False
    accept: bool = True


@dataclass(frozen=True, slots=True)
class Forwarding:
    """One extension's. destinations: () is its telephones. seconds: how long each wave of them rings."""

    destinations: Sequence[Destination] = ()
    forwards: Mapping[When, str] = field(default_factory=dict)
    do_not_disturb: bool = False
    seconds: float = RING_SECONDS

    @property
    def telephones_ring(self) -> bool:
        """Whether its own telephones ring for its calls."""
        sent_on = self.do_not_disturb or bool(self.forwards.get("always"))
        return not sent_on and (not self.destinations or any(to.to == TELEPHONES for to in self.destinations))

    @property
    def usual(self) -> bool:
        """Its telephones ring, and that is all."""
        return not (self.destinations or self.forwards or self.do_not_disturb)


NO_FORWARDING = Forwarding()

Reach = Callable[[str], Reached]
"""Whom the extension reaches by dialling so."""


def ring_plan(target: Target, forwarding: Forwarding, reach: Reach) -> RingPlan | None:
    """What is rung in place of an extension; None where its telephones are."""
    if forwarding.usual or (target.behalf is not None and target.behalf.extension == target.value):
        return None
    builder = _Builder(target, reach)
    always = builder.forward(forwarding, "always")
    if always is not None:
        return RingPlan(((always,),), forwarding.seconds)
    instead: dict[DialOutcome, Target] = {}
    for when in _LATER:
        to = builder.forward(forwarding, when)
        if to is not None:
            instead[when] = to
    if forwarding.do_not_disturb:
        return RingPlan((), forwarding.seconds, instead, ("busy",))
    return RingPlan(builder.waves(forwarding.destinations), forwarding.seconds, instead)


def redirected(target: Target, users: Iterable[str], reach: Reach) -> RingPlan:
    """The same for an extension whose telephone answered by a 3xx: these numbers, one after the other."""
    builder = _Builder(target, reach)
    found = [to for user in users if (to := builder.reached(user, DEFLECTION)) is not None]
    reasons: tuple[LegReason, ...] = () if found else ("failed",)
    return RingPlan(tuple((to,) for to in found[:MOST_DESTINATIONS]), RING_SECONDS, {}, reasons)


class _Builder:
    """For one extension that is rung."""

    def __init__(self, target: Target, reach: Reach) -> None:
        self._number = target.value
        self._reach = reach
        self._via = (*(target.behalf.via if target.behalf is not None else ()), target.value)

    def forward(self, forwarding: Forwarding, when: When) -> Target | None:
        to = forwarding.forwards.get(when)
        return self.reached(to, _DIVERSION[when]) if to else None

    def waves(self, destinations: Sequence[Destination]) -> tuple[tuple[Target, ...], ...]:
        """Those that may be rung; where nobody may, the telephones."""
        waves: list[list[Target]] = []
        for destination in destinations[:MOST_DESTINATIONS]:
            target = self._destination(destination)
            if target is None:
                continue
            if destination.together and waves and len(waves[-1]) < MOST_TOGETHER:
                waves[-1].append(target)
            else:
                waves.append([target])
        return tuple(map(tuple, waves)) or ((self._telephones(),),)

    def reached(self, dialled: str, diverted: str, *, accept: bool = False) -> Target | None:
        """Somebody else than whom the call has been sent on by already."""
        if len(self._via) > MOST_DIVERSIONS or dialled in self._via:
            return None
        reached = self._reach(dialled)
        if not isinstance(reached, Target):
            return None
        behalf = reached.behalf or Behalf(self._number)
        asked = accept and reached.kind == "number"
        return replace(reached, behalf=replace(behalf, diverted=diverted, via=self._via, accept=asked))

    def _destination(self, destination: Destination) -> Target | None:
        if destination.to == TELEPHONES:
            return self._telephones()
        return self.reached(destination.to, FOLLOW_ME, accept=destination.accept)

    def _telephones(self) -> Target:
        return Target("extension", self._number, behalf=Behalf(self._number, via=self._via))
