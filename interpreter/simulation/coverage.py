"""Which exits of a flow the scenarios took, of all there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from interpreter.machine.program import Program
from interpreter.simulation.outcome import Outcome

Exit = tuple[str, str]
"""(node id, exit id)"""


@dataclass(frozen=True, slots=True)
class Coverage:
    """taken: how often each exit was taken, in the program's order; an exit that no call took has 0."""

    taken: Mapping[Exit, int]

    @property
    def missing(self) -> tuple[Exit, ...]:
        return tuple(place for place, times in self.taken.items() if not times)

    @property
    def share(self) -> float:
        """Part of the exits that were taken, 0 to 1; 1 where there are none."""
        return 1.0 - len(self.missing) / len(self.taken) if self.taken else 1.0


def coverage(program: Program, outcomes: Iterable[Outcome]) -> Coverage:
    """Count the exits that calls of ``program`` took."""
    taken = dict.fromkeys(program.exits, 0)
    for outcome in outcomes:
        for visit in outcome.path:
            if visit.exit is not None and visit.flow == program.flow and (visit.node, visit.exit) in taken:
                taken[visit.node, visit.exit] += 1
    return Coverage(taken)
