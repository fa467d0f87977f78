"""What is settled about a call when it begins, and never changes."""

from __future__ import annotations

from dataclasses import dataclass

from interpreter.machine.effects import Target
from interpreter.machine.facts import Facts
from interpreter.runtime.directory import LoadedVersion
from interpreter.runtime.limiter import Party
from interpreter.sip.writing import MAX_FORWARDS


@dataclass(frozen=True, slots=True)
class CallFacts:
    """See the module.

    facts: what the flow knows; telephones and trunks are shown its numbers, too. caller, called: E.164, or an
    extension, for the record. display: the caller's name; own: a telephone of ours calls. version: what leads the
    caller, None without a flow.
    started_at: UNIX seconds. offset: seconds by which the flow's clock is ahead of the true one. max_forwards: for
    outward INVITEs. parties: whose calls in hand it is one of. trial: a draft is tried, and nothing of it is kept.
    """

    facts: Facts
    tenant_id: str
    caller: str
    display: str
    own: bool
    called: str
    version: LoadedVersion | None
    started_at: float
    offset: float = 0.0
    max_forwards: int = MAX_FORWARDS
    parties: tuple[Party, ...] = ()
    trial: bool = False

    @property
    def id(self) -> str:
        return self.facts.call_id

    @property
    def began_by(self) -> Target:
        """Who began the call, as they would be rung."""
        return Target("extension" if self.own else "number", self.caller)

    @property
    def number(self) -> str:
        """The number of ours that was dialled, "" for none."""
        return self.called if self.version is not None else ""
