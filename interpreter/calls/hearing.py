"""What whoever waits hears while others are rung: our ringback, or what the only one who is rung sends of himself.

- Ringback begins with the INVITEs where its hearer hears us already (a telephone that was unplugged never rings), else
  with the first leg that rings, and goes on unbroken while the waves change.
- Sound that the only one who is rung sends before his answer is heard instead, for as long as it comes (RFC 3960). Of
  several nobody's is.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TypedDict

from interpreter.calls.outputs import Output, PassEarlyMedia, StartRingback, StopEarlyMedia, StopRingback

_NOBODY: frozenset[int] = frozenset()

# looking one up takes a third of the time of making it
_start_ringback = functools.lru_cache(maxsize=256)(StartRingback)
_stop_ringback = functools.lru_cache(maxsize=256)(StopRingback)


class HearingSnapshot(TypedDict):
    hearer: int | None
    rings: bool
    record: bool
    sounding: list[int]
    ringback: bool
    early: int | None


class Hearing:
    """hearer: the leg that hears it, None for nobody. heard: whether it hears us already. record: what others send."""

    __slots__ = ("_early", "_hearer", "_record", "_ringback", "_rings", "_sounding")

    def __init__(self, hearer: int | None, heard: bool, record: bool = False) -> None:
        self._hearer = hearer
        self._record = record
        self._rings = heard
        self._sounding = _NOBODY
        self._ringback = False
        self._early: int | None = None  # whose sound is heard instead of ringback

    def rings(self) -> None:
        """Somebody rings."""
        if self._hearer is not None:
            self._rings = True

    def sounds(self, leg: int, sounds: bool) -> None:
        """A leg begins to send sound before its answer, which is as good as ringing; or it has stopped."""
        if self._hearer is not None:
            self._rings = True
            self._sounding = self._sounding | {leg} if sounds else self._sounding - {leg}

    def arrange(self, outputs: list[Output], rung: Callable[[], Sequence[int]]) -> None:
        """Say what is heard while these are rung, where that has changed."""
        hearer = self._hearer
        if hearer is None or (self._ringback and not self._sounding):
            return
        early = self._only_sound(rung())
        if early != self._early:
            self._stop_early(outputs)
        if early is None:
            if self._rings and not self._ringback:
                self._ringback = True
                outputs.append(_start_ringback(hearer))
        elif self._early is None:
            self._stop_ringback(outputs)
            self._early = early
            outputs.append(PassEarlyMedia(early, hearer, self._record))

    def silence(self, outputs: list[Output]) -> None:
        """Nobody is rung any more."""
        self._stop_early(outputs)
        self._stop_ringback(outputs)

    def nobody(self, outputs: list[Output]) -> None:
        """Whoever heard it is gone."""
        self._stop_early(outputs)
        self._hearer = None
        self._ringback = False

    def _only_sound(self, rung: Sequence[int]) -> int | None:
        return rung[0] if len(rung) == 1 and rung[0] in self._sounding else None

    def _stop_early(self, outputs: list[Output]) -> None:
        if self._early is not None and self._hearer is not None:
            outputs.append(StopEarlyMedia(self._early, self._hearer))
            self._early = None

    def _stop_ringback(self, outputs: list[Output]) -> None:
        if self._ringback and self._hearer is not None:
            self._ringback = False
            outputs.append(_stop_ringback(self._hearer))

    def snapshot(self) -> HearingSnapshot:
        return {
            "hearer": self._hearer,
            "rings": self._rings,
            "record": self._record,
            "sounding": sorted(self._sounding),
            "ringback": self._ringback,
            "early": self._early,
        }

    @classmethod
    def restore(cls, snapshot: HearingSnapshot) -> Hearing:
        hearing = cls(snapshot["hearer"], snapshot["rings"], snapshot["record"])
        hearing._sounding = frozenset(snapshot["sounding"])
        hearing._ringback = snapshot["ringback"]
        hearing._early = snapshot["early"]
        return hearing
