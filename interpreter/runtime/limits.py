"""How many calls are taken: ``full`` is asked for every INVITE before any work, ``retry_after`` once it may call."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.runtime.settings import Limits


class Overload:
    """Says how long to stay away, or None: come in.

    A bucket of one second's worth of calls, filled at ``max_invites_per_second``, lets short bursts pass.
    calls: how many there are now. clock: seconds, monotonic. ``closed`` (for good: the runtime stops) and ``broken``
    (for now: the journal cannot be written) each keep every call away.
    """

    def __init__(self, limits: Limits, calls: Callable[[], int], clock: Callable[[], float]) -> None:
        self._limits = limits
        self._calls = calls
        self._clock = clock
        self._tokens = self._burst = max(1.0, limits.max_invites_per_second)
        self._filled_at = clock()
        self.closed = False
        self.broken = False
        self.refused = 0

    def full(self) -> int | None:
        """Seconds for Retry-After while no call at all is taken; costs nothing and counts nothing but refusals."""
        if self.closed or self.broken or self._calls() >= self._limits.max_calls:
            self.refused += 1
            return self._limits.retry_after_seconds
        return None

    def retry_after(self) -> int | None:
        """Seconds for Retry-After, None where the call may come (and is counted).

        Ask it for callers who have proved who they are: strangers must not drain the bucket.
        """
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._limits.max_invites_per_second)
        self._filled_at = now
        wait = self.full()
        if wait is not None:
            return wait
        if self._tokens < 1.0:
            self.refused += 1
            return self._limits.retry_after_seconds
        self._tokens -= 1.0
        return None
