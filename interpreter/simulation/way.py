"""A virtual call's way through its flow: the nodes that it came to, by which exits it left them, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from interpreter.machine.effects import ExitTaken, InputMissed, Miss, NodeEntered
from interpreter.simulation.agenda import Agenda
from interpreter.simulation.ladder import Ladder
from interpreter.simulation.outcome import Visit

_MISSES: Final[Mapping[Miss, str]] = {"no_input": "no input", "no_match": "no match"}


class Way:
    """path: the visits so far."""

    def __init__(self, agenda: Agenda, ladder: Ladder) -> None:
        self.path: list[Visit] = []
        self._agenda = agenda
        self._ladder = ladder

    def enter(self, effect: NodeEntered) -> None:
        visit = Visit(effect.node, None, self._agenda.now, flow=effect.flow)
        self._ladder.note("=", visit.place)
        self.path.append(visit)

    def miss(self, effect: InputMissed) -> None:
        if self.path:
            self._ladder.note("=", f"{self.path[-1].place} {_MISSES[effect.why]}")
            self.path[-1] = self.path[-1].missed(effect.why)

    def leave(self, effect: ExitTaken) -> None:
        left = Visit(effect.node, effect.exit, flow=effect.flow)
        self._ladder.note("=", f"{left}" + (f" ({effect.label})" if effect.label else ""))
        # the last, as a rule; but behind a node that calls a flow lies all of that flow
        for index in range(len(self.path) - 1, -1, -1):
            visit = self.path[index]
            if visit.place == left.place and visit.exit is None:
                self.path[index] = replace(visit, exit=effect.exit)
                return
