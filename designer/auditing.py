"""What the audit log is told of requests that change nothing in the database: listening, exports, sign-ins."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MAX_KEYS = 10_000


class Lately:
    """Whether something was told a short while ago: a browser fetches a recording in many pieces, and that is one act.

    seconds: for so long after the first time. clock: seconds, never backwards. Safe to share between threads.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._until: OrderedDict[tuple[str, ...], float] = OrderedDict()

    def first(self, *key: str) -> bool:
        """True once, then False until it is long enough ago."""
        with self._lock:
            now = self._clock()
            if self._until.get(key, now) > now:
                return False
            self._until.pop(key, None)
            self._until[key] = now + self._seconds
            if len(self._until) > MAX_KEYS:
                self._until.popitem(last=False)
            return True

    def forget(self, *key: str) -> None:
        """It was not told after all."""
        with self._lock:
            self._until.pop(key, None)
