"""Why targets were not reached, and the one word for all of them.

The rule: ``busy`` beats ``no_answer`` beats ``offline`` beats ``failed`` beats ``no_such``, whatever the
order of ringing. What the caller hears next should tell the best chance of reaching somebody: a busy line
has a person behind it and is worth another try in a minute; an unanswered telephone at least works; an
unregistered one will not ring soon. ``failed`` (our trunk, a server error) says nothing about people, so
any of those outranks it; a number that does not exist is only reported where none of the targets does. A
declined call is ``busy``: there is somebody who cannot take it now, and the caller is not told that it
was refused.
"""

from __future__ import annotations

from collections.abc import Iterable

from interpreter.calls.inputs import LegReason
from interpreter.machine.events import DialOutcome

_BEST_FIRST: tuple[LegReason, ...] = ("busy", "declined", "no_answer", "offline", "failed", "no_such")

_REASONS: dict[int, LegReason] = {
    404: "no_such",  # Not Found
    408: "no_answer",  # Request Timeout
    410: "no_such",  # Gone
    480: "offline",  # Temporarily Unavailable: known, but no telephone to ring (section 21.4.18)
    484: "no_such",  # Address Incomplete
    485: "no_such",  # Ambiguous
    486: "busy",  # Busy Here
    487: "no_answer",  # Request Terminated: our own CANCEL
    600: "busy",  # Busy Everywhere
    603: "declined",  # Decline
    604: "no_such",  # Does Not Exist Anywhere
    607: "declined",  # Unwanted (RFC 8197)
}


def reason_of_status(status: int) -> LegReason:
    """The reason behind a final SIP status above 299 (RFC 3261 section 21); ``failed`` for all others."""
    return _REASONS.get(status, "failed")


def combined_reason(reasons: Iterable[LegReason]) -> LegReason:
    """The one reason for several devices or targets, by the rule above; ``no_such`` where there were none."""
    return min(reasons, key=_BEST_FIRST.index, default="no_such")


def outcome_of(reasons: Iterable[LegReason]) -> DialOutcome:
    """What the machine hears of a dial in which nobody answered."""
    reason = combined_reason(reasons)
    return "busy" if reason == "declined" else reason
