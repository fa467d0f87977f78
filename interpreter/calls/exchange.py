"""What the calls of one tenant have to do with each other: who is busy, who can be picked up, who waits at which place.

Sans-IO. Drivers tell it what becomes of legs, and ask it when a leg is to change hands or somebody is to be chosen;
for all else a call needs nobody but its own session. Legs are named by call and number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from interpreter.calls.codes import PLACES, Called, Service
from interpreter.calls.inputs import Part
from interpreter.calls.outputs import JoinCall
from interpreter.machine.effects import Target

State = Literal["idle", "ringing", "talking"]

_MONITORING: Final[dict[Service, Part]] = {
    "listen": "listens", "whisper": "whispers", "barge_in": "speaks", "take_over": "replaces",
}  # fmt: skip


class LegName(NamedTuple):
    """A leg of some call."""

    call: str
    number: int


@dataclass(slots=True)
class _Line:
    """turn: counts what began before it."""

    who: Target
    turn: int
    talks: bool = False


class Exchange:
    """places: see ``codes.PLACES``."""

    __slots__ = ("_idle_since", "_legs", "_parked", "_places", "_turn", "_who")

    def __init__(self, places: Sequence[str] = PLACES) -> None:
        self._places = places
        self._parked: dict[str, str] = {}
        self._legs: dict[LegName, _Line] = {}
        self._who: dict[tuple[str, str], dict[LegName, None]] = {}  # in the order in which they began
        self._idle_since: dict[tuple[str, str], float] = {}
        self._turn = 0

    # what drivers tell

    def rings(self, leg: LegName, who: Target) -> None:
        """Somebody is rung."""
        self._turn += 1
        self._legs[leg] = _Line(who, self._turn)
        self._who.setdefault((who.kind, who.value), {})[leg] = None

    def talks(self, leg: LegName, who: Target) -> None:
        """Somebody who was rung has answered, or has called."""
        if leg not in self._legs:
            self.rings(leg, who)
        self._legs[leg].talks = True

    def gone(self, leg: LegName, now: float) -> Target | None:
        """A leg has ended; whose it was, if it was of anybody whom the exchange knows."""
        line = self._legs.pop(leg, None)
        if line is None:
            return None
        key = line.who.kind, line.who.value
        others = self._who[key]
        del others[leg]
        if not others:
            del self._who[key]
        if line.talks:
            self._idle_since[key] = now
        return line.who

    # who is busy

    def legs(self) -> list[tuple[LegName, Target, bool]]:
        """Each leg of anybody whom it knows, who that is, and whether they talk; they ring where they do not."""
        return [(leg, line.who, line.talks) for leg, line in self._legs.items()]

    def state(self, who: Target) -> State:
        """An outside number talks while any call of ours is with it."""
        legs = self._who.get((who.kind, who.value))
        if legs is None:
            return "idle"
        return "talking" if any(self._legs[leg].talks for leg in legs) else "ringing"

    def idle_since(self, who: Target) -> float:
        """When their last talk ended, UNIX seconds; 0.0 for somebody who had none yet."""
        return self._idle_since.get((who.kind, who.value), 0.0)

    def ringing(self, extensions: Iterable[str]) -> LegName | None:
        """The leg that has rung longest of those of these extensions, to be picked up by another."""
        found = [leg for extension in extensions for leg in self._of(extension) if not self._legs[leg].talks]
        return min(found, key=lambda leg: self._legs[leg].turn, default=None)

    def talking(self, extension: str) -> LegName | None:
        """The talk of an extension that began last, to be listened to or taken over."""
        return next((leg for leg in reversed(self._of(extension)) if self._legs[leg].talks), None)

    def talking_in(self, call: str) -> LegName | None:
        """The leg of an extension of ours that talks in a call, of several the one that came last."""
        found = (
            leg for leg, line in reversed(self._legs.items())
            if leg.call == call and line.talks and line.who.kind == "extension"
        )  # fmt: skip
        return next(found, None)

    def _of(self, extension: str) -> list[LegName]:
        return list(self._who.get(("extension", extension), ()))

    # services

    def visit(self, called: Called, who: str, group: Iterable[str] = ()) -> JoinCall | None:
        """Where a service leads extension ``who``; None where there is nothing to be led to.

        group: whose calls ``who`` may pick up without a number.
        """
        match called.service:
            case "pick_up":
                return self._answer([called.number])
            case "pick_up_in_group":
                return self._answer([other for other in group if other != who])
            case "fetch":
                call = self.parked(called.number)
                return None if call is None else JoinCall(call, "speaks")
        leg = self.talking(called.number) if called.number != who else None
        return None if leg is None else self.monitor(called.service, leg)

    def monitor(self, how: Service, leg: LegName) -> JoinCall | None:
        """What an operator does in the talk of somebody's leg; None where that is no monitoring."""
        part = _MONITORING.get(how)
        if part is None:
            return None
        return JoinCall(leg.call, part, leg.number if part in ("whispers", "replaces") else None)

    def _answer(self, extensions: Sequence[str]) -> JoinCall | None:
        leg = self.ringing(extensions)
        return None if leg is None else JoinCall(leg.call, "answers", leg.number)

    # places

    def park(self, call: str, usable: Callable[[str], bool]) -> str | None:
        """A place for a call; None where all are taken. usable: no extension has its number."""
        place = next((place for place in self._places if place not in self._parked and usable(place)), None)
        if place is not None:
            self._parked[place] = call
        return place

    def parked(self, place: str) -> str | None:
        """The call that waits there."""
        return self._parked.get(place)

    def unpark(self, place: str) -> None:
        self._parked.pop(place, None)

    def ended(self, call: str) -> None:
        """A call is over, in whatever way: by a fault it leaves its place without a word."""
        for place in [place for place, parked in self._parked.items() if parked == call]:
            self.unpark(place)
