"""Giving memory back to the system after a busy time.

What calls used goes back to malloc, which keeps it for the next ones: a recording's ring of 128 kB stays in the process
for ever. So when the calls have become few, cycles are collected and malloc is asked to hand its free pages over.

Python's own memory for small objects, 9 kB a call, could not be handed over: it comes in arenas of 1 MiB, and a single
object that lives (a timer's deadline, a counter's value) keeps its arena. So a runtime has malloc for these too.
"""

from __future__ import annotations

import ctypes
import gc

ENVIRONMENT = {"PYTHONMALLOC": "malloc"}
"""What a process has to be started with so that ``give_back`` can do its work."""

AFTERMATH = 5
"""Looks after which the transactions of the last calls are gone too: 32 s (RFC 3261 timers H and J) at 10 s a look."""


class Tide:
    """Tells, from the number of calls seen now and then, when a busy time is over."""

    def __init__(self) -> None:
        self._highest = 0
        self._aftermath = 0

    def has_gone_out(self, calls: int) -> bool:
        """True when fewer than half of the most calls since the last True are left, and once more in the aftermath."""
        self._highest = max(self._highest, calls)
        if calls * 2 < self._highest:
            self._highest = calls
            self._aftermath = AFTERMATH
            return True
        if self._aftermath:
            self._aftermath -= 1
            return self._aftermath == 0
        return False


def give_back() -> None:
    """Collect cycles (calls are such; nothing may come that sets the collector off) and hand free pages back.

    glibc's malloc_trim; elsewhere only the first. Takes milliseconds: not for the event loop.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
