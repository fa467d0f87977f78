"""The exchange of a virtual call's company: who of its telephones rings or talks, what they dial, who is parked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from interpreter.calls.codes import USUAL_TABLE
from interpreter.calls.exchange import Exchange, LegName
from interpreter.calls.inputs import Input, LegAnswered, LegCame, LegDiverted, LegFailed, LegHungUp
from interpreter.calls.outputs import HangUpLeg, InviteLeg, JoinCall, LeadOn, Output
from interpreter.machine.effects import Target
from interpreter.simulation.agenda import Agenda


class Office:
    """exists: whether an extension of that number does. colleagues: whose calls one may pick up.

    exchange: where it is shared with other calls. call: names this one there. began: at which second there.
    """

    __slots__ = ("_agenda", "_began", "_call", "_colleagues", "_exchange", "_exists", "_targets")

    def __init__(
        self,
        agenda: Agenda,
        exists: Callable[[str], bool],
        colleagues: Callable[[str], Iterable[str]],
        exchange: Exchange | None = None,
        call: str = "",
        began: float = 0.0,
    ) -> None:
        self._agenda = agenda
        self._exists = exists
        self._colleagues = colleagues
        self._exchange = exchange or Exchange()
        self._call = call
        self._began = began
        self._targets: dict[int, Target] = {}

    def hears(self, event: Input) -> None:
        """What happens to a leg."""
        match event:
            case LegAnswered(leg) if leg in self._targets:
                self._exchange.talks(LegName(self._call, leg), self._targets[leg])
            case LegCame(leg, who):
                self._exchange.talks(LegName(self._call, leg), who)
            case LegFailed(leg) | LegHungUp(leg) | LegDiverted(leg):
                self._gone(leg)
            case _:
                pass

    def sees(self, output: Output) -> None:
        """What is done with a leg."""
        match output:
            case InviteLeg(leg, target):
                self._targets[leg] = target
                self._exchange.rings(LegName(self._call, leg), target)
            case HangUpLeg(leg) | LeadOn(leg):
                self._gone(leg)
            case _:
                pass

    def dialled(self, extension: str, number: str) -> JoinCall | None:
        """Where it leads an extension to dial a code or a place; None where to nothing."""
        called = USUAL_TABLE.called(number)
        return None if called is None else self._exchange.visit(called, extension, self._colleagues(extension))

    def park(self) -> str | None:
        """A place for the call."""
        return self._exchange.park(self._call, lambda place: not self._exists(place))

    def unpark(self, place: str) -> None:
        self._exchange.unpark(place)

    def _gone(self, leg: int) -> None:
        self._exchange.gone(LegName(self._call, leg), self._began + self._agenda.now)
