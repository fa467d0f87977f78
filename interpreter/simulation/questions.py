"""Who answers the questions of a virtual call: the scenario, and where it says nothing, each service's usual answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final, Protocol

from interpreter.found import class_in
from interpreter.machine.effects import Data
from interpreter.simulation.scenario import Reply

_PACKAGE: Final = "interpreter.simulation.services"


class Caller(Protocol):
    """What a service with which a virtual caller stays may do to the call."""

    def hear(self, prompts: Sequence[str]) -> None:
        """Play these, in place of what plays; none: silence."""

    def answer(self, kind: str, reply: Reply) -> None:
        """Answer the last question of this kind, which is open."""


class Service:
    """Answers the questions of one kind in one virtual call.

    A file ``services/KIND.py`` says what is usual; without one, nobody answers but the scenario.
    """

    def __init__(self, replies: Sequence[Reply], caller: Caller) -> None:
        self._replies: Iterator[Reply] = iter(replies)
        self._caller = caller

    def ask(self, data: Data) -> Reply | None:
        """The scenario's next answer, else the usual one; None where it comes later, by ``Caller.answer``."""
        return next(self._replies, None) or self.usual(data)

    def usual(self, data: Data) -> Reply:
        return Reply("error")

    def taken_back(self) -> None:
        """The caller does not wait for an answer any more."""

    def tell(self, data: Data) -> None:
        """Nothing comes of it."""


class Services:
    """The services of one virtual call. replies: the scenario's, by kind."""

    def __init__(self, replies: Mapping[str, Sequence[Reply]], caller: Caller) -> None:
        self._replies = replies
        self._caller = caller
        self._met: dict[str, Service] = {}

    def of(self, kind: str) -> Service:
        if kind not in self._met:
            self._met[kind] = _class_of(kind)(self._replies.get(kind, ()), self._caller)
        return self._met[kind]


@cache
def _class_of(kind: str) -> type[Service]:
    return class_in(_PACKAGE, kind, Service) or Service
