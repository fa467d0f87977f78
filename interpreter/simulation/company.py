"""The company of a scenario: its extensions, its number, and whom its telephones reach by dialling."""

from __future__ import annotations

from interpreter.calls.plan import NOBODY_OUTSIDE, Reached, reached_by
from interpreter.simulation.scenario import Scenario
from numbering.plan import normalise_or_keep


class Company:
    """``calls.plan.Known``."""

    def __init__(self, scenario: Scenario) -> None:
        self._extensions = scenario.people.get("extension", {})
        self._number = normalise_or_keep(scenario.called)

    def has_extension(self, number: str) -> bool:
        return number in self._extensions

    def own_number(self, dialled: str) -> str | None:
        return self._number if normalise_or_keep(dialled) == self._number else None

    def reached_by(self, extension: str, dialled: str) -> Reached:
        """Whom a telephone reaches by dialling so."""
        person = self._extensions.get(extension)
        return reached_by(dialled, extension, NOBODY_OUTSIDE if person is None else person.rights, self)
