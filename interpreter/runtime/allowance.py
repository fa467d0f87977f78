"""Token buckets: so much a second on average, so much at once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

MAX_KEYS = 20_000
"""So many parties are remembered."""


@dataclass(frozen=True, slots=True)
class Rate:
    """per_second: on average; 0 is no limit. burst: at once, at least 1."""

    per_second: float
    burst: float


class Allowance:
    """What is left to one party. ``now``: seconds, monotonic."""

    __slots__ = ("_at", "_tokens")

    def __init__(self, rate: Rate, now: float) -> None:
        self._tokens = rate.burst
        self._at = now

    def wait(self, rate: Rate, now: float) -> float:
        """Seconds until there is a token; 0.0 where there is one."""
        if not rate.per_second:
            return 0.0
        self._tokens = min(rate.burst, self._tokens + (now - self._at) * rate.per_second)
        self._at = now
        return max(0.0, (1.0 - self._tokens) / rate.per_second)

    def take(self, cost: float = 1.0) -> None:
        """Take ``cost``, or what there is; ask ``wait`` before."""
        self._tokens = max(0.0, self._tokens - cost)


class Allowances(Generic[Key]):
    """One for each party; of too many parties, the one heard least lately begins anew."""

    def __init__(self, rate: Rate, most: int = MAX_KEYS) -> None:
        self.rate = rate
        self._most = most
        self._of: dict[Key, Allowance] = {}

    def __len__(self) -> int:
        return len(self._of)

    def of(self, key: Key, now: float, rate: Rate | None = None) -> Allowance:
        """rate: the key's own."""
        allowance = self._of.pop(key, None)
        if allowance is None:
            if len(self._of) >= self._most:
                del self._of[next(iter(self._of))]  # each goes to the end when it is heard
            allowance = Allowance(rate or self.rate, now)
        self._of[key] = allowance
        return allowance

    def forget(self, key: Key) -> None:
        self._of.pop(key, None)

    def spend(self, key: Key, now: float, cost: float = 1.0) -> float:
        """Take ``cost`` (or what there is) where there is a token, and say 0.0; else the seconds to wait for one."""
        if not self.rate.per_second:
            return 0.0
        allowance = self.of(key, now)
        wait = allowance.wait(self.rate, now)
        if not wait:
            allowance.take(cost)
        return wait
