"""What the virtual calls of a scenario share: the time, the exchange of their company, and the queues of its groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from interpreter.calls.exchange import Exchange
from interpreter.calls.outputs import JoinCall
from interpreter.calls.queue import Group
from interpreter.calls.waiting_room import WaitingRoom
from interpreter.machine.effects import Target
from interpreter.simulation.scenario import Person


class Crowd:
    """at: when the scenario begins, UNIX seconds. now: seconds since then. doors: let an extension into a call.

    people: its extensions by their numbers. seed: for what is left to chance. shared: what else the services of these
    calls have in common, by their kinds.
    """

    __slots__ = ("_people", "at", "doors", "exchange", "now", "room", "shared")

    def __init__(self, at: float, people: Mapping[str, Person], groups: Mapping[str, Group], seed: int) -> None:
        self.at = at
        self.now = 0.0
        self.exchange = Exchange()
        self.room = WaitingRoom(groups.get, self, Random(seed))
        self.doors: dict[str, Callable[[str, JoinCall], None]] = {}
        self.shared: dict[str, Any] = {}
        self._people = people

    def there(self, member: str) -> bool:
        person = self._people.get(member)
        return person is not None and person.state != "offline" and person.forwarding.telephones_ring

    def free(self, member: str) -> bool:
        return self.there(member) and self._people[member].state != "busy" and not self.in_a_call(_phone(member))

    def idle_since(self, member: str) -> float:
        return self.exchange.idle_since(_phone(member))

    def in_a_call(self, who: Target) -> bool:
        """An outside number may be called by many at once."""
        return who.kind == "extension" and self.exchange.state(who) != "idle"


def _phone(extension: str) -> Target:
    return Target("extension", extension)
