"""Wakes the one thread that waits for work: at once where it hurries, else once a batch has gathered."""

from __future__ import annotations

import time
from queue import Empty, SimpleQueue


class Bell:
    """``ring`` is for any thread and never waits; ``wait`` for one thread alone.

    Whoever has something to be done puts it where the waiting thread will look, then rings; whatever was put before
    ``wait`` returns is found then.
    """

    __slots__ = ("_noticed", "_rings")

    def __init__(self) -> None:
        self._rings: SimpleQueue[bool] = SimpleQueue()  # in C; a threading.Event takes a lock in Python each time
        self._noticed = False

    def ring(self, *, hurry: bool = False) -> None:
        if hurry:
            self._rings.put(True)
        elif not self._noticed:
            self._noticed = True
            self._rings.put(False)

    def wait(self, gather_seconds: float) -> bool:
        """Return as soon as somebody hurries, True, or so long after the first ring, False."""
        hurried = self._rings.get()
        deadline = time.monotonic() + gather_seconds
        while not hurried:
            try:
                hurried = self._rings.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                break
        while not self._rings.empty():
            self._rings.get()
        self._noticed = False  # not before: a ring that was thrown away would be the last one
        return hurried
