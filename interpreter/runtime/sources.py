"""What one address may ask of us before it has proved anything."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.runtime.allowance import Allowances, Rate
from interpreter.runtime.minute_log import MinuteLog
from interpreter.sip.hop import Hop

MAX_SOURCES = 10_000
"""So many addresses are remembered, for an address costs nothing to invent."""

FAILURE_COST = 10.0
"""A wrong password costs as much as so many requests: guessing is slower than asking."""


class SourceLimits:
    """A token bucket per address, for requests that belong to nothing known yet.

    per_second: requests, on average; 0 is no limit. burst: at once. exempt: addresses that no limit holds for. clock:
    seconds, monotonic. What is above is dropped without an answer, as RFC 3261 section 21.5.4 allows: a source address
    may be borrowed, and whom it belongs to must not be showered with our 503s; an honest telephone repeats its request
    half a second later.
    """

    def __init__(
        self, per_second: float, burst: float, exempt: Callable[[str], bool], clock: Callable[[], float]
    ) -> None:
        self._exempt = exempt
        self._clock = clock
        self._allowances: Allowances[str] = Allowances(Rate(per_second, max(1.0, burst)), MAX_SOURCES)
        self._log = MinuteLog("requests dropped", clock, lines_each=1)
        self.dropped = 0

    def admits(self, source: Hop) -> bool:
        """Whether one more request of this address may be dealt with; it is counted."""
        host = source.host
        if self._spend(host, 1.0):
            return True
        self.dropped += 1
        per_second = self._allowances.rate.per_second
        self._log.note(host, "requests from %s are dropped: more than %g a second", host, per_second)
        return False

    def failed(self, source: Hop) -> None:
        """A request of this address had a wrong password."""
        self._spend(source.host, FAILURE_COST)

    def flush(self) -> None:
        """Let the log catch up; to be called now and then."""
        self._log.flush()

    def _spend(self, host: str, cost: float) -> bool:
        return self._exempt(host) or not self._allowances.spend(host, self._clock(), cost)
