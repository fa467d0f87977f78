"""How a call's end is told: who ended it, in its record; and to a caller who was never answered, by a SIP status."""

from __future__ import annotations

from typing import Protocol

from interpreter.calls.ending import ended_by
from interpreter.machine.effects import Finished

REFUSALS = {"normal": 480, "busy": 486, "rejected": 603, "error": 500, "shutdown": 503}
"""SIP status by the flow's hang-up cause, where the caller was never answered."""


class Endings(Protocol):
    """The words of whatever leads a call."""

    def cause(self, cause: str) -> str:
        """Why it ended, as its record has it; cause: of the hang-up."""

    def ended_by(self, finished: Finished) -> str:
        """Who ended it, where the runtime did not."""

    def refusal(self, cause: str) -> int:
        """The status for a caller who was never answered."""


class FlowEndings:
    """Of calls that a flow leads."""

    def cause(self, cause: str) -> str:
        return cause

    def ended_by(self, finished: Finished) -> str:
        return ended_by(finished)

    def refusal(self, cause: str) -> int:
        return REFUSALS.get(cause, 480)


FLOW_ENDINGS = FlowEndings()
