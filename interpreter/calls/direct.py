"""One extension calls another, or outside: what a flow would say, as a machine of its own.

Runs in a ``CallSession`` like any flow. The caller is not answered before the callee is, and hears why where
nobody does: by the SIP status.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from interpreter.calls.guide import Guide
from interpreter.calls.plan import Recorded
from interpreter.machine.effects import Dial, Effect, Finished, Hangup, Target
from interpreter.machine.events import CallStarted, DialEnded, DialOutcome, Event, PartnerHungUp

STATUS: dict[DialOutcome, int] = {"busy": 486, "no_answer": 480, "offline": 480, "no_such": 404, "failed": 503}
"""What the caller is told; 480 also for an extension that rang out, as for one that is not there (RFC 3261 21.4.18)."""

_CAUSES: dict[DialOutcome, Literal["normal", "busy", "rejected", "error"]] = {
    "busy": "busy", "no_answer": "normal", "offline": "normal", "no_such": "rejected", "failed": "error",
}  # fmt: skip


class DirectCall(Guide):
    """Ring somebody for ``ring_seconds`` and connect them (``guide``, ``runtime.endings.Endings``)."""

    __slots__ = ("dial", "outcome", "recorded")

    deaf = True

    def __init__(self, target: Target, ring_seconds: float, recorded: Recorded) -> None:
        super().__init__()
        self.dial = Dial(
            (target,), "simultaneous", ring_seconds, recorded != "off", heard=False, record_early=recorded == "whole"
        )
        self.recorded = recorded
        self.outcome: DialOutcome | None = None

    def hears(self, event: Event) -> Sequence[Effect]:
        match event:
            case CallStarted():
                return (self.dial,)
            case DialEnded(outcome):
                self.outcome = outcome
                return self.end(Hangup(_CAUSES[outcome]), Finished("hangup"))
            case PartnerHungUp():
                return self.hang_up()
            case _:
                return ()

    def cause(self, cause: str) -> str:
        return cause

    def ended_by(self, finished: Finished) -> str:
        """Who hung up, in the words of a call's record; where nobody was reached, the ``system``."""
        if finished.reason == "caller":
            return "caller"
        return "answerer" if finished.reason == "hangup" and self.outcome is None else "system"

    def refusal(self, cause: str) -> int:
        """The SIP status for a caller who reached nobody."""
        return 480 if self.outcome is None else STATUS.get(self.outcome, 480)
