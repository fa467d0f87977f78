"""Who answers the questions of a virtual call: the scenario, and where it says nothing, each service's usual answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol

from interpreter.found import class_in
from interpreter.machine.effects import Ask, Data, Tell, Unask
from interpreter.machine.events import Told
from interpreter.simulation.agenda import Agenda
from interpreter.simulation.crowd import Crowd
from interpreter.simulation.scenario import Reply

_PACKAGE: Final = "interpreter.simulation.services"


class Caller(Protocol):
    """What a service with which a virtual caller stays may do to the call."""

    def hear(self, prompts: Sequence[str]) -> None:
        """Play these, in place of what plays; none: silence."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What a call asks. call: names it. answer: takes the reply, once; it comes after ``Reply.after``."""

    call: str
    data: Data
    answer: Callable[[Reply], None]


class Service:
    """Answers the questions of one kind in one virtual call.

    A file ``services/KIND.py`` says what is usual; without one, nobody answers but the scenario. crowd: what the
    calls of a scenario share, None where a call is alone.
    """

    def __init__(self, replies: Sequence[Reply], caller: Caller, crowd: Crowd | None = None) -> None:
        self._replies: Iterator[Reply] = iter(replies)
        self._caller = caller
        self._crowd = crowd

    def put(self, question: Question) -> None:
        """Take a question; it may be answered later. As a rule by the scenario's next answer, else the usual one."""
        question.answer(next(self._replies, None) or self.usual(question.data))

    def take_back(self, question: Question) -> None:
        """Nobody waits for the answer to this question any more."""

    def usual(self, data: Data) -> Reply:
        """The answer where the scenario has none."""
        return Reply("error")

    def tell(self, data: Data) -> None:
        """Nothing comes of it."""


class Services:
    """The services of one virtual call. replies: the scenario's, by kind."""

    def __init__(
        self, replies: Mapping[str, Sequence[Reply]], caller: Caller, crowd: Crowd | None = None
    ) -> None:
        self._replies = replies
        self._caller = caller
        self._crowd = crowd
        self._met: dict[str, Service] = {}

    def of(self, kind: str) -> Service:
        if kind not in self._met:
            self._met[kind] = _class_of(kind)(self._replies.get(kind, ()), self._caller, self._crowd)
        return self._met[kind]


class Questions:
    """The open questions of one virtual call. call: names it. told: takes each answer, when it is due."""

    def __init__(self, call: str, services: Services, agenda: Agenda, told: Callable[[Told], None]) -> None:
        self._call = call
        self._services = services
        self._agenda = agenda
        self._told = told
        self._open: dict[int, tuple[str, Question]] = {}

    def ask(self, output: Ask) -> None:
        n = output.n

        def answer(reply: Reply) -> None:
            told = Told(n, reply.kind, reply.data)
            self._agenda.set(_due(n), reply.after, lambda: self._told(told))

        question = Question(self._call, output.data, answer)
        self._open[n] = output.kind, question
        self._services.of(output.kind).put(question)

    def take_back(self, output: Unask) -> None:
        self._agenda.cancel(_due(output.n))
        kind, question = self._open.pop(output.n)
        self._services.of(kind).take_back(question)

    def tell(self, output: Tell) -> None:
        self._services.of(output.kind).tell(output.data)

    def close(self, n: int) -> None:
        """The call hears the answer."""
        self._open.pop(n, None)


def _due(n: int) -> str:
    return f"question:{n}"


@cache
def _class_of(kind: str) -> type[Service]:
    return class_in(_PACKAGE, kind, Service) or Service
