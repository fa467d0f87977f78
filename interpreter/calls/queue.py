"""A queue: callers who wait, the members of a group, and who gets whom next.

Sans-IO. A caller waits in a call of his own, led by his session, which plays music and listens for the exit key; the
queue only decides. A caller whose offer came to nothing (nobody answered) waits on at his old place.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableSet
from dataclasses import dataclass, field
from random import Random
from typing import Literal, Protocol

from interpreter.calls.strategies import Strategy, picked

PAUSE_SECONDS = 10.0
"""How long a member who did not take a call is left alone, so that others have their turn."""

EMPTY_SECONDS = 20.0
"""How long callers wait on when the last member has gone offline; a telephone that starts anew is back by then."""


@dataclass(frozen=True, slots=True)
class Group:
    """Extensions that take the calls of a queue. weights: its members, in their order (see ``picked``)."""

    name: str
    weights: Mapping[str, float] = field(default_factory=dict)
    strategy: Strategy = "sequential"


class Members(Protocol):
    """What a queue asks about extensions."""

    def there(self, member: str) -> bool:
        """It could be rung, now or once it has hung up."""

    def free(self, member: str) -> bool:
        """It is there and in no call."""

    def idle_since(self, member: str) -> float:
        """When its last call ended, UNIX seconds; 0.0 where it had none yet."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Ring these members for the caller of ``call``."""

    call: str
    members: tuple[str, ...]


@dataclass(slots=True)
class _Place:
    """since: when he came. wants: waits for an offer. offered: who is being rung."""

    since: float
    wants: bool = False
    offered: tuple[str, ...] = ()


class Queue:
    """group: may be replaced by another at any time. taken: members who are offered, by this queue or by others."""

    __slots__ = ("_empty_since", "_last", "_members", "_paused", "_places", "_rng", "_taken", "group")

    def __init__(self, group: Group, members: Members, taken: MutableSet[str], rng: Random) -> None:
        self.group = group
        self._members = members
        self._taken = taken
        self._rng = rng
        self._last = ""
        self._places: dict[str, _Place] = {}  # calls, in their order
        self._paused: dict[str, float] = {}
        self._empty_since: float | None = None

    def join(self, call: str, most: int, now: float) -> Literal["waits", "full", "nobody"]:
        """A caller comes in. most: how many may wait at once."""
        if not self._anybody():
            return "nobody"
        if len(self._places) >= most:
            return "full"
        self._places[call] = _Place(now)
        return "waits"

    def leave(self, call: str) -> None:
        """The caller has hung up, given up, or is talking."""
        place = self._places.pop(call, None)
        if place is not None:
            self._taken -= set(place.offered)

    def turn(self, call: str, now: float, *, missed: bool) -> bool:
        """The caller wants an offer; False where he does not wait here. missed: the one before came to nothing."""
        place = self._places.get(call)
        if place is None:
            return False
        if missed:
            self._paused.update(dict.fromkeys(place.offered, now + PAUSE_SECONDS))
        self._taken -= set(place.offered)
        place.offered = ()
        place.wants = True
        return True

    def ahead(self, call: str) -> int | None:
        """How many wait before him; None where he does not wait here."""
        return next((index for index, waiting in enumerate(self._places) if waiting == call), None)

    def abandoned(self, now: float) -> list[str]:
        """Calls that have left the queue, for nobody has been there for a while who could take them."""
        if self._anybody() or not self._places:
            self._empty_since = None
        elif self._empty_since is None:
            self._empty_since = now
        elif now - self._empty_since >= EMPTY_SECONDS:
            return self._abandon()
        return []

    @property
    def wanted_since(self) -> float | None:
        """When he came whose turn it is; None where nobody waits for an offer."""
        return next((place.since for place in self._places.values() if place.wants), None)

    def offer(self, now: float) -> Offer | None:
        """Who is to be rung for him whose turn it is; None where nobody is free."""
        call = next((call for call, place in self._places.items() if place.wants), None)
        idle = [] if call is None else self._idle(now)
        if call is None or not idle:
            return None
        place = self._places[call]
        place.wants, place.offered = False, self._pick(idle)
        self._taken |= set(place.offered)
        return Offer(call, place.offered)

    def next_at(self, now: float) -> float | None:
        """When there may be more to say without anything happening; None where nothing is waited for."""
        if not any(place.wants for place in self._places.values()):
            return None
        ends = [at for at in self._paused.values() if at > now]
        if self._empty_since is not None:
            ends.append(self._empty_since + EMPTY_SECONDS)
        return min(ends, default=None)

    def _anybody(self) -> bool:
        return any(map(self._members.there, self.group.weights))

    def _abandon(self) -> list[str]:
        """Those for whom somebody still rings are left to that."""
        gone = [call for call, place in self._places.items() if place.wants]
        for call in gone:
            self.leave(call)
        return gone

    def _idle(self, now: float) -> list[str]:
        return [
            member
            for member in self.group.weights
            if member not in self._taken and self._paused.get(member, 0.0) <= now and self._members.free(member)
        ]

    def _pick(self, idle: list[str]) -> tuple[str, ...]:
        members = picked(
            idle,
            self.group.strategy,
            last=self._last,
            weights=self.group.weights,
            idle_since=self._members.idle_since,
            rng=self._rng,
        )
        self._last = members[0]
        return members
