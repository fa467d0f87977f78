"""What one address may ask of us, and how much of what it does is logged.

All tables are bounded, for an address costs nothing to invent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

MAX_SOURCES = 10_000
"""So many addresses are remembered."""

FAILURE_COST = 10.0
"""A wrong password costs as much as so many requests: guessing is slower than asking."""

MINUTE = 60.0
LINES_PER_MINUTE = 100
SUMMARIES_PER_MINUTE = 20

log = logging.getLogger(__name__)


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
        self._per_second = per_second
        self._burst = max(1.0, burst)
        self._exempt = exempt
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._log = SourceLog("requests dropped", clock, lines_each=1)
        self.dropped = 0

    def admits(self, source: tuple[str, int]) -> bool:
        """Whether one more request of this address may be dealt with; it is counted."""
        host = source[0]
        if self._spend(host, 1.0):
            return True
        self.dropped += 1
        self._log.note(host, "requests from %s are dropped: more than %g a second", host, self._per_second)
        return False

    def failed(self, source: tuple[str, int]) -> None:
        """A request of this address had a wrong password."""
        self._spend(source[0], FAILURE_COST)

    def flush(self) -> None:
        """Let the log catch up; to be called now and then."""
        self._log.flush()

    def _spend(self, host: str, cost: float) -> bool:
        """Take ``cost``, or what there is; False where there is not even one token."""
        if not self._per_second or self._exempt(host):
            return True
        now = self._clock()
        tokens, at = self._buckets.pop(host, (self._burst, now))
        tokens = min(self._burst, tokens + (now - at) * self._per_second)
        enough = tokens >= 1.0
        if len(self._buckets) >= MAX_SOURCES:
            del self._buckets[next(iter(self._buckets))]  # heard least lately, for each goes to the end when heard
        self._buckets[host] = (max(0.0, tokens - cost) if enough else tokens, now)
        return enough


@dataclass(slots=True)
class _Minute:
    said: int = 0
    unsaid: int = 0


class SourceLog:
    """Warns of what addresses do: ``lines_each`` lines a minute for each, then one that counts the rest.

    what: for the summary. However many addresses there are, a minute has at most ``LINES_PER_MINUTE`` lines and
    ``SUMMARIES_PER_MINUTE`` summaries. ``flush`` has to be called now and then. clock: seconds, monotonic.
    """

    def __init__(self, what: str, clock: Callable[[], float], lines_each: int = 5) -> None:
        self._what = what
        self._clock = clock
        self._lines_each = lines_each
        self._until = clock() + MINUTE
        self._lines = 0
        self._sources: dict[str, _Minute] = {}
        self._unknown = 0

    def note(self, host: str, message: str, *args: object) -> None:
        """Say this of the address, unless enough has been said in this minute."""
        self.flush()
        source = self._sources.get(host)
        if source is None:
            if len(self._sources) >= MAX_SOURCES:
                self._unknown += 1
                return
            source = self._sources[host] = _Minute()
        if source.said < self._lines_each and self._lines < LINES_PER_MINUTE:
            source.said += 1
            self._lines += 1
            log.warning(message, *args)
        else:
            source.unsaid += 1

    def flush(self) -> None:
        """Once the minute is over, say how much was not said in it."""
        now = self._clock()
        if now < self._until:
            return
        self._until = now + MINUTE
        unsaid = sorted(((s.unsaid, host) for host, s in self._sources.items() if s.unsaid), reverse=True)
        for count, host in unsaid[:SUMMARIES_PER_MINUTE]:
            log.warning("%s: %d more from %s within a minute", self._what, count, host)
        others = sum(count for count, _ in unsaid[SUMMARIES_PER_MINUTE:]) + self._unknown
        if others:
            log.warning("%s: %d more from other addresses within a minute", self._what, others)
        self._sources.clear()
        self._lines = self._unknown = 0
