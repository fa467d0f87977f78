"""Slows down whoever tries passwords: failures per name and address within a sliding window."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

from designer.names import composed

MAX_KEYS = 10_000

Key = tuple[str, str]


class SignInThrottle:
    """Counts attempts that have not succeeded, per name and address and per address; safe to call from many threads.

    failures: allowed per name and address within the window; an address alone may fail ten times as often,
    so that one machine cannot walk through all names.
    """

    def __init__(self, failures: int, window_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = failures
        self._window = window_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: dict[Key, deque[float]] = {}

    def begin(self, name: str, address: str) -> int:
        """Begin an attempt: 0, or whole seconds until one is allowed.

        It counts as failed from now on, so that many at once are no way round the limit; a password takes a while to
        be checked. ``succeeded`` or ``cancelled`` takes that back.
        """
        with self._lock:
            own = self._wait(_key(name, address), self._limit)
            wait = max(own, self._wait(("", address), self._limit * 10))
            if not wait:
                if len(self._failed) > MAX_KEYS:
                    self._forget_old()
                for key in (_key(name, address), ("", address)):
                    self._failed.setdefault(key, deque()).append(self._clock())
            return wait

    def succeeded(self, name: str, address: str) -> None:
        """The password was right: forget the failures of this name from this address."""
        with self._lock:
            self._failed.pop(_key(name, address), None)
            self._take_back(("", address))

    def cancelled(self, name: str, address: str) -> None:
        """The password could not be checked."""
        with self._lock:
            self._take_back(_key(name, address))
            self._take_back(("", address))

    def _take_back(self, key: Key) -> None:
        if times := self._failed.get(key):
            times.pop()

    def _wait(self, key: Key, limit: int) -> int:
        times = self._failed.get(key)
        if not times:
            return 0
        earliest = self._clock() - self._window
        while times and times[0] <= earliest:
            times.popleft()
        if len(times) < limit:
            return 0
        return max(1, math.ceil(times[-limit] - earliest))

    def _forget_old(self) -> None:
        earliest = self._clock() - self._window
        self._failed = {key: times for key, times in self._failed.items() if times and times[-1] > earliest}


def _key(name: str, address: str) -> Key:
    return (f"name:{composed(composed(name).strip().casefold())}", address)
