"""Who ended a call, in the words of its record."""

from __future__ import annotations

from typing import Literal

from interpreter.machine.effects import Finished

EndedBy = Literal["caller", "flow", "system"]

_BY: dict[str, EndedBy] = {"caller": "caller", "hangup": "flow", "error": "system"}


def ended_by(finished: Finished) -> EndedBy:
    """``caller`` hung up, the ``flow`` did, or the ``system`` gave up by a fault of ours.

    A record knows more ends than the session: ``operator``, ``answerer`` (between extensions, without a
    flow) and ``system`` (a node lost) are the runtime's.
    """
    return _BY[finished.reason]
