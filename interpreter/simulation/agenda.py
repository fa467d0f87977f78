"""Virtual time: what is due, and nothing in between."""

from __future__ import annotations

import heapq
from collections.abc import Callable


class Agenda:
    """Actions by the time they are due, in seconds from the call's beginning; those of one instant in order.

    Each action has a key; setting a key anew replaces what was due under it.
    """

    __slots__ = ("_due", "_heap", "_last", "now")

    def __init__(self) -> None:
        self.now = 0.0
        self._heap: list[tuple[float, int, str, Callable[[], None]]] = []
        self._due: dict[str, int] = {}
        self._last = 0

    def set(self, key: str, delay: float, action: Callable[[], None]) -> None:
        """Do ``action`` in ``delay`` seconds."""
        self._last += 1
        self._due[key] = self._last
        heapq.heappush(self._heap, (self.now + delay, self._last, key, action))

    def cancel(self, key: str) -> bool:
        """Forget what is due under ``key``; was there anything?"""
        return self._due.pop(key, None) is not None

    @property
    def due(self) -> float | None:
        """When something is due next; None where nothing is."""
        heap = self._heap
        while heap and self._due.get(heap[0][2]) != heap[0][1]:
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def step(self) -> bool:
        """Go to the next time at which something is due and do it; False where nothing is."""
        while self._heap:
            when, number, key, action = heapq.heappop(self._heap)
            if self._due.get(key) == number:
                del self._due[key]
                self.now = when
                action()
                return True
        return False
