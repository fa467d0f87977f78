"""A set of days as ranges: ten years in a setting are one pair of numbers, not 3,660."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

Span = tuple[int, int]
"""First and last day, as ordinals (``date.toordinal``)."""

SAMPLED_DAYS = 8
"""At each end of a span: more than any week without a working day, or without a day off."""


class DateRanges:
    """Days that lie in any of the spans. Tells ``day in ranges`` in the logarithm of their number."""

    __slots__ = ("_firsts", "_spans")

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._spans = _merged(spans)
        self._firsts = [first for first, _ in self._spans]

    def __bool__(self) -> bool:
        return bool(self._spans)

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, int):
            return False
        at = bisect_right(self._firsts, day) - 1
        return at >= 0 and day <= self._spans[at][1]

    @property
    def firsts(self) -> list[int]:
        """First day of each span; two sets of days meet where a first day of one lies in the other."""
        return self._firsts

    def samples(self) -> Iterator[int]:
        """Days that stand for all: of a long span those at its ends."""
        for first, last in self._spans:
            if last - first < 2 * SAMPLED_DAYS:
                yield from range(first, last + 1)
            else:
                yield from range(first, first + SAMPLED_DAYS)
                yield from range(last + 1 - SAMPLED_DAYS, last + 1)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """In order, those that touch joined."""
    merged: list[Span] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged


NO_RANGES = DateRanges()
