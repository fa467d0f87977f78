"""Giving memory back to the system after a busy time.

What calls used goes back to malloc, which keeps it for the next ones: a recording's ring of 128 kB stays in the process
for ever. So when the calls have become few, malloc is asked to hand its free pages over.
"""

from __future__ import annotations

import ctypes


class Tide:
    """Tells, from the number of calls seen now and then, when a busy time is over."""

    def __init__(self) -> None:
        self._highest = 0

    def has_gone_out(self, calls: int) -> bool:
        """True once when fewer than half of the most calls since the last True are left."""
        self._highest = max(self._highest, calls)
        if calls * 2 >= self._highest:
            return False
        self._highest = calls
        return True


def give_back() -> None:
    """Hand free pages back (glibc's malloc_trim; nothing elsewhere). Takes milliseconds: not for the event loop."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
