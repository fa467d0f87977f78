"""Conferences of virtual calls: callers of one scenario meet there, and what keys do is decided as on the line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from interpreter.calls.conference import Conference, Connect, Dismiss, Output, Rules, Say, SayToAll, Wait
from interpreter.machine.effects import Data
from interpreter.simulation.questions import Question, Service
from interpreter.simulation.scenario import Reply

_REFUSALS: Final = ("full", "locked", "error")

Halls = dict[str, "Hall"]
"""The conferences of a scenario by their names."""


class Hall:
    """One conference and the seats of its members, by their calls."""

    def __init__(self, rules: Rules) -> None:
        self.seats: dict[str, Seat] = {}
        self._conference = Conference(rules)

    def come(self, call: str, chairman: bool) -> None:
        self._decide(lambda outputs: self._conference.come(call, chairman, outputs))

    def pressed(self, call: str, key: str) -> None:
        self._decide(lambda outputs: self._conference.pressed(call, key, outputs))

    def leave(self, call: str) -> None:
        if self.seats.pop(call, None) is not None:
            self._decide(lambda outputs: self._conference.leave(call, outputs))

    def _decide(self, what: Callable[[list[Output]], None]) -> None:
        outputs: list[Output] = []
        what(outputs)
        for output in outputs:
            if not isinstance(output, SayToAll):
                self.seats[output.member].take(output)


class Seat:
    """One caller in it. service: of his call."""

    def __init__(self, service: Conferences, question: Question, hall: Hall) -> None:
        self.question = question
        self.hall = hall
        self._service = service
        self._says: Mapping[str, Sequence[str]] = _plain(question.data)["says"]

    def take(self, output: Connect | Wait | Say | Dismiss) -> None:
        match output:
            case Connect():  # whatever he waited with stops
                self._service.hear(())
            case Wait(_, said):
                self._service.hear([key for part in said for key in self._says.get(part, ())])
            case Say(_, said):
                self._service.hear(self._says[said])
            case Dismiss(call, why):
                del self.hall.seats[call]
                self._service.hear(())
                self.question.answer(Reply(why))


class Conferences(Service):
    """A scenario's answer ``full``, ``locked`` or ``error`` sends the caller away at the door, ``ended`` later on."""

    _seat: Seat | None = None

    def put(self, question: Question) -> None:
        reply = next(self._replies, None)
        if reply is not None:
            question.answer(reply)
        if reply is None or reply.kind not in _REFUSALS:
            self._come(question)

    def tell(self, data: Data) -> None:
        if self._seat is not None:
            self._seat.hall.pressed(self._seat.question.call, str(data["key"]))

    def take_back(self, question: Question) -> None:
        if self._seat is not None:
            self._seat.hall.leave(question.call)
        self._seat = None
        self.hear(())

    def hear(self, prompts: Sequence[str]) -> None:
        self._caller.hear(prompts)

    def _come(self, question: Question) -> None:
        given = _plain(question.data)
        halls: Halls = {} if self._crowd is None else self._crowd.shared.setdefault("conference", {})
        hall = halls.get(given["room"])
        if hall is None or not hall.seats:
            hall = halls[given["room"]] = Hall(Rules(given["limit"], given["waits"], given["ends"]))
        self._seat = hall.seats[question.call] = Seat(self, question, hall)
        hall.come(question.call, given["chairman"])


def _plain(data: Data) -> Mapping[str, Any]:
    return data
