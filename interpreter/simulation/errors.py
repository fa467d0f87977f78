"""What is wrong with a scenario, said to its author."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interpreter.simulation.scenario import Texts


@dataclass(frozen=True, slots=True)
class ScenarioIssue:
    """One thing to mend. path: such as ``steps[2].press``; line: in the file, from 1, None where unknown."""

    path: str
    message: Texts
    line: int | None = None

    def text(self, locale: str, file: str = "") -> str:
        """One line for people: ``night.yaml:12: steps[2].press: …``."""
        place = f"{file}:{self.line}" if file and self.line else file
        return ": ".join(part for part in (place, self.path, self.message[locale]) if part)


class ScenarioError(ValueError):
    """A scenario cannot be run; ``issues`` lists all of it, ``file`` is where it stands."""

    def __init__(self, issues: Sequence[ScenarioIssue], file: str = "") -> None:
        super().__init__("; ".join(issue.text("en", file) for issue in issues))
        self.issues = tuple(issues)
        self.file = file

    def message(self, locale: str) -> str:
        """All issues, a line each."""
        return "\n".join(issue.text(locale, self.file) for issue in self.issues)
