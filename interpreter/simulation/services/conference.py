"""Conferences of virtual calls: the caller is alone in it, and what his keys do is decided as on the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from interpreter.calls.conference import Conference, Connect, Dismiss, Output, Rules, Say, SayToAll, Wait
from interpreter.machine.effects import Data
from interpreter.simulation.questions import Service
from interpreter.simulation.scenario import Reply

CALLER: Final = "caller"

_REFUSALS: Final = ("full", "locked", "error")


class Conferences(Service):
    """A scenario's answer ``full``, ``locked`` or ``error`` sends the caller away at the door, ``ended`` later on."""

    _conference: Conference | None = None
    _says: Mapping[str, Sequence[str]]

    def ask(self, data: Data) -> Reply | None:
        reply = next(self._replies, None)
        if reply is None or reply.kind not in _REFUSALS:
            self._come(data)
        return reply

    def tell(self, data: Data) -> None:
        if self._conference is not None:
            outputs: list[Output] = []
            self._conference.pressed(CALLER, str(data["key"]), outputs)
            self._carry_out(outputs)

    def taken_back(self) -> None:
        self._conference = None
        self._caller.hear(())

    def _come(self, given: Mapping[str, Any]) -> None:
        self._says = given["says"]
        self._conference = Conference(Rules(given["limit"], given["waits"], given["ends"]))
        outputs: list[Output] = []
        self._conference.come(CALLER, given["chairman"], outputs)
        self._carry_out(outputs)

    def _carry_out(self, outputs: Sequence[Output]) -> None:
        for output in outputs:
            match output:
                case Wait(_, said):
                    self._caller.hear([key for part in said for key in self._says.get(part, ())])
                case Say(_, said):
                    self._caller.hear(self._says[said])
                case Dismiss(_, why):
                    self._caller.hear(())
                    self._caller.answer("conference", Reply(why))
                case Connect() | SayToAll():  # he is alone
                    pass
