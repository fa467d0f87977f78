"""Dates of a period as its author writes them: full ones, ones that recur each year, and ones by the moon.

    2026-10-01   2026-10-01/2026-10-07   12-24   12-24/01-02   L01-15   L12-23/L01-15

A range holds both of its ends; one that recurs may reach over the turn of the year. 02-29 is there in leap years only.
Of the moon's dates a 30th is the month's last day, so that L12-30 is New Year's Eve each year, and a month that comes
twice counts the first time.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from interpreter.flow.date_ranges import NO_RANGES, DateRanges, Span
from interpreter.flow.lunar import day_of_lunar, lunar_day

MAX_RANGE_DAYS: Final = 3660
_LEAP_YEAR: Final = 2028
_LEAP_DAY: Final = 229
_SAMPLE_YEARS: Final = (2027, 2028)
_MOST_YEARS: Final = 8
_LUNAR_MONTH_DAYS: Final = 30


class DateError(ValueError):
    """A date that does not exist, or a range that runs backwards. ``text``: as written."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Yearly:
    """A range of each year. first, last: month * 100 + day; last < first reaches into the next year."""

    first: int
    last: int
    by_moon: bool

    def holds(self, ordinal: int) -> bool:
        return any(self._holds(place) for place in (_moon_places if self.by_moon else _places)(ordinal))

    def ends(self, year: int) -> Iterator[int]:
        """The first and the last day of the range that lie in a year."""
        for place in (self.first, self.last):
            month, day = divmod(place, 100)
            if self.by_moon:
                ordinal = day_of_lunar(year, month, day)
                if ordinal is not None:
                    yield ordinal
            elif place != _LEAP_DAY or isleap(year):
                yield date(year, month, day).toordinal()

    def _holds(self, place: int) -> bool:
        if self.first <= self.last:
            return self.first <= place <= self.last
        return place >= self.first or place <= self.last


@dataclass(frozen=True, slots=True)
class Dates:
    """Days of single years, and ranges that recur."""

    full: DateRanges = NO_RANGES
    yearly: tuple[Yearly, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.full or self.yearly)

    def __contains__(self, ordinal: int) -> bool:
        return ordinal in self.full or any(yearly.holds(ordinal) for yearly in self.yearly)

    def samples(self) -> Iterator[int]:
        """Days that stand for all, for a look at what else lies there."""
        yield from self.full.samples()
        for yearly in self.yearly:
            for year in _SAMPLE_YEARS:
                yield from yearly.ends(year)


def dates_of(texts: Iterable[str]) -> Dates:
    """Raises DateError."""
    spans: list[Span] = []
    yearly: list[Yearly] = []
    for text in texts:
        first, _, last = text.partition("/")
        if _is_full(first):
            spans.append(_span(text, first, last or first))
        else:
            yearly.append(_yearly(text, first, last or first))
    return Dates(DateRanges(spans), tuple(yearly))


def where_they_may_meet(first: Dates, second: Dates) -> set[int]:
    """Days of which one lies in both where any does: first days of each, those that recur in the years of the other."""
    found = {*first.full.firsts, *second.full.firsts}
    recurring = (*first.yearly, *second.yearly)
    if recurring:
        years = {*_SAMPLE_YEARS, *(date.fromordinal(day).year + shift for day in found for shift in (0, 1))}
        for year in sorted(years)[:_MOST_YEARS]:
            found.update(day for yearly in recurring for day in yearly.ends(year))
    return found


def _is_full(text: str) -> bool:
    return len(text) == len("2026-10-01")


def _span(text: str, first_text: str, last_text: str) -> Span:
    try:
        first, last = date.fromisoformat(first_text), date.fromisoformat(last_text)
    except ValueError:
        raise DateError(text) from None
    if not timedelta(0) <= last - first <= timedelta(days=MAX_RANGE_DAYS):
        raise DateError(text)
    return first.toordinal(), last.toordinal()


def _yearly(text: str, first: str, last: str) -> Yearly:
    by_moon = first.startswith("L")
    if _is_full(last) or last.startswith("L") is not by_moon:
        raise DateError(text)
    return Yearly(_day_of_year(text, first), _day_of_year(text, last), by_moon)


def _day_of_year(text: str, written: str) -> int:
    month, day = (int(part) for part in written.removeprefix("L").split("-"))
    if written.startswith("L"):
        if not (1 <= month <= 12 and 1 <= day <= _LUNAR_MONTH_DAYS):
            raise DateError(text)
    else:
        try:
            date(_LEAP_YEAR, month, day)
        except ValueError:
            raise DateError(text) from None
    return month * 100 + day


def _places(ordinal: int) -> tuple[int, ...]:
    day = date.fromordinal(ordinal)
    return (day.month * 100 + day.day,)


def _moon_places(ordinal: int) -> tuple[int, ...]:
    """Where a day stands in its lunar year: one place, for a month's last day its 30th too, none outside the table.

    The second of two equal months lies between the first and the next, and so only in ranges around it.
    """
    day = lunar_day(ordinal)
    if day is None:
        return ()
    place = day.month * 100 + day.day
    if day.leap:
        return (place + _LUNAR_MONTH_DAYS,)
    return (place, day.month * 100 + _LUNAR_MONTH_DAYS) if day.last else (place,)
