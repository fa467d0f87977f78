"""Slows down whoever tries passwords: failures per name and address within a sliding window."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

MAX_KEYS = 10_000


class SignInThrottle:
    """Counts failures per key and per address; safe to call from many threads.

    failures: allowed per name and address within the window; an address alone may fail ten times as often,
    so that one machine cannot walk through all names.
    """

    def __init__(self, failures: int, window_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = failures
        self._window = window_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: dict[tuple[str, str], deque[float]] = {}

    def wait_seconds(self, name: str, address: str) -> int:
        """Whole seconds until another attempt is allowed; 0: now."""
        with self._lock:
            own = self._wait(_key(name, address), self._limit)
            return max(own, self._wait(("", address), self._limit * 10))

    def failed(self, name: str, address: str) -> None:
        """Note a wrong password."""
        with self._lock:
            if len(self._failed) > MAX_KEYS:
                self._forget_old()
            for key in (_key(name, address), ("", address)):
                self._failed.setdefault(key, deque()).append(self._clock())

    def succeeded(self, name: str, address: str) -> None:
        """Forget the failures of this name from this address."""
        with self._lock:
            self._failed.pop(_key(name, address), None)

    def _wait(self, key: tuple[str, str], limit: int) -> int:
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


def _key(name: str, address: str) -> tuple[str, str]:
    return (f"name:{name.strip().casefold()}", address)
