"""A heap of timers: thousands of transactions ask one question, "when next?".

A cancelled timer stays in the heap as an empty shell until its time has come, it reaches the top, or shells are half of
what is there; so cancelling costs nothing and keeps nothing alive.
"""

from collections.abc import Callable
from heapq import heapify, heappop, heappush

Action = Callable[[float], None]
"""Called with ``now``."""

FEW = 1024
"""So many shells are never worth looking for."""


class Timer:
    """One deadline; ``cancel`` is harmless when it has fired already."""

    __slots__ = ("_action",)

    def __init__(self, action: Action) -> None:
        self._action: Action | None = action

    @property
    def running(self) -> bool:
        return self._action is not None

    def cancel(self) -> None:
        self._action = None

    def fire(self, now: float) -> None:
        action, self._action = self._action, None
        if action is not None:
            action(now)


def cancel(timer: Timer | None) -> None:
    """Cancel a timer that may not exist."""
    if timer is not None:
        timer.cancel()


class TimerQueue:
    """Deadlines in seconds on the caller's clock."""

    __slots__ = ("_count", "_heap", "_tidy_at")

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._count = 0
        self._tidy_at = FEW

    def start(self, deadline: float, action: Action) -> Timer:
        """Call ``action(now)`` at ``deadline``. Timers of one deadline fire in the order they were started."""
        if len(self._heap) >= self._tidy_at:
            self._tidy()
        timer = Timer(action)
        self._count += 1
        heappush(self._heap, (deadline, self._count, timer))
        return timer

    def _tidy(self) -> None:
        """Throw the shells away; the next time when as many again have been started, so it costs each start little."""
        self._heap[:] = [item for item in self._heap if item[2].running]
        heapify(self._heap)
        self._tidy_at = max(FEW, 2 * len(self._heap))

    def next_deadline(self) -> float | None:
        """The earliest deadline, None when nothing runs."""
        heap = self._heap
        while heap and heap[0][2]._action is None:  # this is asked after every message
            heappop(heap)
        return heap[0][0] if heap else None

    def fire_due(self, now: float) -> None:
        """Fire everything due, also what the fired actions start meanwhile."""
        heap = self._heap
        while heap and heap[0][0] <= now:
            heappop(heap)[2].fire(now)

    def __len__(self) -> int:
        return sum(timer.running for _, _, timer in self._heap)
