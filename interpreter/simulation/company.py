"""The company of a scenario: its extensions, its number, and whom its telephones reach by dialling."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from interpreter.calls.forwarding import ring_plan
from interpreter.calls.inputs import RingPlan
from interpreter.calls.plan import NOBODY_OUTSIDE, Reached, reached_by
from interpreter.machine.effects import Target
from interpreter.simulation.scenario import Scenario
from numbering.plan import normalise_or_keep


class Company:
    """``calls.plan.Known``."""

    def __init__(self, scenario: Scenario) -> None:
        self._extensions = scenario.people.get("extension", {})
        self._groups = scenario.groups
        self._number = normalise_or_keep(scenario.called)

    def has_extension(self, number: str) -> bool:
        return number in self._extensions

    def colleagues(self, extension: str) -> Sequence[str]:
        """Whose calls it may pick up without a number: those of its groups; of all, where there are no groups."""
        if not self._groups:
            return tuple(self._extensions)
        return [
            member for group in self._groups.values() if extension in group.weights for member in group.weights
        ]

    def own_number(self, dialled: str) -> str | None:
        return self._number if normalise_or_keep(dialled) == self._number else None

    def ring_plan(self, target: Target) -> RingPlan | None:
        """What is rung in place of an extension; None for all who are rung as usual."""
        person = self._extensions.get(target.value) if target.kind == "extension" else None
        if person is None or person.forwarding.usual:
            return None
        return ring_plan(target, person.forwarding, partial(self.reached_by, target.value))

    def reached_by(self, extension: str, dialled: str) -> Reached:
        """Whom a telephone reaches by dialling so."""
        person = self._extensions.get(extension)
        return reached_by(dialled, extension, NOBODY_OUTSIDE if person is None else person.rights, self)
