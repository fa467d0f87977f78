"""Whose turn it is: so many at once for each key, a few waiting, the rest refused."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class Busy(Exception):
    """It was not this one's turn in time, or too many wait already."""


@dataclass(slots=True)
class _Line:
    running: int = 0
    waiting: int = 0


class Turns:
    """Lets ``running`` at once through for each key; ``waiting`` may wait for it, ``patience_s`` at most.

    Whoever waits holds a thread, which all share: so the length of the line is bounded, too. Thread-safe.
    """

    def __init__(self, running: int, *, waiting: int, patience_s: float) -> None:
        self._running, self._waiting, self._patience_s = running, waiting, patience_s
        self._changed = threading.Condition()
        self._lines: dict[str, _Line] = {}

    @contextmanager
    def of(self, key: str) -> Iterator[None]:
        """Inside it is this key's turn. Raises Busy."""
        self._begin(key)
        try:
            yield
        finally:
            self._end(key)

    def _begin(self, key: str) -> None:
        until = time.monotonic() + self._patience_s
        with self._changed:
            line = self._lines.setdefault(key, _Line())
            if line.running >= self._running:
                if line.waiting >= self._waiting:
                    raise Busy
                line.waiting += 1
                try:
                    free = self._changed.wait_for(lambda: line.running < self._running, until - time.monotonic())
                finally:
                    line.waiting -= 1
                if not free:
                    raise Busy
            line.running += 1

    def _end(self, key: str) -> None:
        with self._changed:
            line = self._lines[key]
            line.running -= 1
            if not line.running and not line.waiting:
                del self._lines[key]
            self._changed.notify_all()
