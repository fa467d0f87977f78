"""Counts wrong PINs: after some of them no PIN fits any more, until another is set."""

from __future__ import annotations

from typing import Final, Literal

WRONG_PINS: Final = 5


class PinLock:
    """For one tenant's PIN. kept: stands for the PIN that is set now; "" for none."""

    __slots__ = ("_kept", "_wrong")

    def __init__(self) -> None:
        self._kept = ""
        self._wrong = 0

    def tried(self, kept: str, fits: bool) -> Literal["right", "wrong", "locked"]:
        """What a try comes to; a right one forgives those before it."""
        if kept != self._kept:
            self._kept, self._wrong = kept, 0
        if not kept or self._wrong >= WRONG_PINS:
            return "locked"
        if fits:
            self._wrong = 0
            return "right"
        self._wrong += 1
        return "wrong" if self._wrong < WRONG_PINS else "locked"
