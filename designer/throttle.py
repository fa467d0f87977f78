"""Slows down whoever tries passwords: pauses that grow with every wrong one and fall again when it is quiet."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from designer.connections import network_of
from designer.names import composed

FIRST_PAUSE = 15.0
"""Seconds; each further wrong password doubles it."""

DOUBLINGS = 8
"""Failures beyond these are not remembered: it would only take longer until they are forgotten."""

LONGEST_OF_ACCOUNT = 60.0
"""Seconds for which strangers can keep an account's owner out of a browser in which they never signed in."""

TIMES_SHARED = 10
"""A network's users, or an account's networks, together may fail so many times as often as one."""

MAX_KEYS = 10_000
"""Of each kind are remembered; then the one that failed longest ago is forgotten."""


@dataclass(slots=True)
class _Count:
    """failures: at ``at``, the clock's seconds; they begin to fall when the pause after them is over."""

    failures: float
    at: float


class Budget:
    """Failures per key. free: so many without a pause, and so many are forgotten within ``window`` quiet seconds.

    longest: of the pauses, seconds. Not thread-safe. Every ``now`` is the same clock's, in seconds.
    """

    def __init__(self, free: int, window: float, longest: float) -> None:
        self._free = free
        self._window = window
        self._longest = longest
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def wait(self, key: str, now: float) -> int:
        """Whole seconds until the next attempt is allowed; 0: now."""
        count = self._counts.get(key)
        return max(0, math.ceil(count.at + self._pause(count) - now)) if count else 0

    def add(self, key: str, now: float) -> None:
        """One more has failed, or is being checked."""
        count = self._counts.setdefault(key, _Count(0.0, now))
        quiet = max(0.0, now - count.at - self._pause(count))
        fallen = max(0.0, count.failures - quiet * self._free / self._window)
        count.failures = min(fallen + 1, self._free + DOUBLINGS)
        count.at = now
        self._counts.move_to_end(key)
        if len(self._counts) > MAX_KEYS:
            self._counts.popitem(last=False)

    def take_back(self, key: str) -> None:
        """The last one did not fail."""
        if count := self._counts.get(key):
            count.failures = max(0.0, count.failures - 1)

    def forget(self, key: str) -> None:
        """None has failed."""
        self._counts.pop(key, None)

    def _pause(self, count: _Count) -> float:
        if round(count.failures) < self._free:  # five within a moment are not quite five
            return 0.0
        return min(self._longest, FIRST_PAUSE * 2 ** max(0.0, count.failures - self._free))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One password of one name. device: of a browser in which this user has signed in before, else ""."""

    name: str
    address: str
    device: str = ""


class SignInThrottle:
    """Counts attempts that have not succeeded; safe to call from many threads.

    failures: wrong passwords without a pause, per account and network; one network, and one account, may have
    TIMES_SHARED as many. window_seconds: within which they are forgotten, and the longest pause. What strangers try
    makes an account wait for LONGEST_OF_ACCOUNT at most, and a browser in which its user has signed in before not at
    all: it has a budget of its own.
    """

    def __init__(self, failures: int, window_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        many, account = failures * TIMES_SHARED, min(LONGEST_OF_ACCOUNT, window_seconds)
        self._own = Budget(failures, window_seconds, window_seconds)
        self._networks = Budget(many, window_seconds, window_seconds)
        self._accounts = Budget(many, window_seconds, account)
        self._devices = Budget(failures, window_seconds, window_seconds)
        self._clock = clock
        self._lock = threading.Lock()

    def begin(self, attempt: Attempt) -> int:
        """Begin an attempt: 0, or whole seconds until one is allowed.

        It counts as failed from now on, so that many at once are no way round the limit; a password takes a while to
        be checked. ``succeeded`` or ``cancelled`` takes that back.
        """
        with self._lock:
            now, budgets = self._clock(), self._budgets(attempt)
            wait = max(budget.wait(key, now) for budget, key in budgets)
            if not wait:
                for budget, key in budgets:
                    budget.add(key, now)
            return wait

    def succeeded(self, attempt: Attempt) -> None:
        """The password was right: forget the failures of this account in this browser, or from this network."""
        with self._lock:
            (own, key), *shared = self._budgets(attempt)
            own.forget(key)
            for budget, key in shared:
                budget.take_back(key)

    def cancelled(self, attempt: Attempt) -> None:
        """The password could not be checked."""
        with self._lock:
            for budget, key in self._budgets(attempt):
                budget.take_back(key)

    def _budgets(self, attempt: Attempt) -> list[tuple[Budget, str]]:
        if attempt.device:
            return [(self._devices, attempt.device)]
        account, network = composed(composed(attempt.name).strip().casefold()), network_of(attempt.address)
        return [(self._own, f"{network} {account}"), (self._networks, network), (self._accounts, account)]
