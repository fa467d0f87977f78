"""Periods of the ``hours`` node: which one a moment lies in, and what is wrong with a list of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final, Literal

import chinese_calendar

from interpreter.flow.date_ranges import DateRanges, Span
from interpreter.flow.schemas import Json

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_PER_DAY: Final = 24 * 60
MAX_RANGE_DAYS: Final = 3660


@dataclass(frozen=True, slots=True)
class Period:
    """One period. start, end: minutes after midnight, end <= start reaches into the next day.

    days: weekdays, 0 for Monday, of a ``weekly`` period. dates: where there are any, they alone decide the day.
    """

    exit: str
    calendar: Literal["weekly", "workdays", "holidays"]
    days: frozenset[int]
    start: int
    end: int
    dates: DateRanges

    @property
    def empty(self) -> bool:
        """There is no moment in it."""
        no_day = self.calendar == "weekly" and not self.days and not self.dates
        return no_day or self.start == self.end

    def on_day(self, ordinal: int) -> bool:
        """Does it start on this day?"""
        if self.dates:
            return ordinal in self.dates
        if self.calendar == "weekly":
            return (ordinal - 1) % 7 in self.days
        return is_workday(ordinal) == (self.calendar == "workdays")

    def covers(self, ordinal: int, minute: int) -> bool:
        if self.start < self.end:
            return self.start <= minute < self.end and self.on_day(ordinal)
        # across midnight: the evening of a day, or the morning after such a day
        return (minute >= self.start and self.on_day(ordinal)) or (minute < self.end and self.on_day(ordinal - 1))


class DateError(ValueError):
    """A date that does not exist, or a range that runs backwards. ``text``: as written."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


def period_of(item: Mapping[str, Json]) -> Period:
    """The period of a setting that fits the schema. Raises DateError."""
    return Period(
        exit=item["exit"],
        calendar=item["calendar"],
        days=frozenset(DAYS.index(day) for day in item["days"]),
        start=_minutes(item["from"]),
        end=_minutes(item["to"]),
        dates=DateRanges(map(_span, item["dates"])),
    )


def picker(periods: Sequence[Period]) -> Callable[[datetime], int]:
    """Index of the first period that covers a local time; ``len(periods)`` where none does."""
    numbered = tuple(enumerate(periods))
    none = len(periods)

    def pick(local: datetime) -> int:
        ordinal, minute = local.toordinal(), local.hour * 60 + local.minute
        for index, period in numbered:
            if period.covers(ordinal, minute):
                return index
        return none

    return pick


def is_workday(ordinal: int) -> bool:
    """Chinese working day, make-up days included; Monday to Friday in years whose holidays are not yet announced."""
    first, last, workdays = _workdays()
    if first <= ordinal <= last:
        return ordinal in workdays
    return (ordinal - 1) % 7 < 5


@cache
def _workdays() -> tuple[int, int, frozenset[int]]:
    """First and last known day and all working days between, as ordinals."""
    years = [day.year for day in chinese_calendar.holidays]
    first, last = date(min(years), 1, 1).toordinal(), date(max(years), 12, 31).toordinal()
    workdays = frozenset(
        ordinal for ordinal in range(first, last + 1) if chinese_calendar.is_workday(date.fromordinal(ordinal))
    )
    return first, last, workdays


def overlaps(periods: Sequence[Period]) -> Iterator[tuple[int, int]]:
    """Pairs (earlier, later) where the earlier one takes time from the later one by what looks like a mistake; the
    first such pair of each later one.

    A narrower period before a wider one (a date before holidays before weekdays) is how exceptions are written, and
    two periods of one exit may overlap as they like.
    """
    for later, second in enumerate(periods):
        for earlier, first in enumerate(periods[:later]):
            if first.exit == second.exit or _breadth(first) < _breadth(second):
                continue
            if _share_a_moment(first, second):
                yield earlier, later
                break


def _breadth(period: Period) -> int:
    """How general a period's choice of days is: dates, then the calendar, then weekdays."""
    if period.dates:
        return 0
    return {"holidays": 1, "workdays": 2, "weekly": 2}[period.calendar]


def _share_a_moment(first: Period, second: Period) -> bool:
    """Looked up on the dates given, or on sample days, at the start of each."""
    minutes = {first.start % MINUTES_PER_DAY, second.start % MINUTES_PER_DAY}
    return any(
        first.covers(day, minute) and second.covers(day, minute)
        for day in _sample_days(first, second)
        for minute in minutes
    )


def _sample_days(first: Period, second: Period) -> Sequence[int]:
    if first.dates and second.dates:
        return _around({*first.dates.firsts, *second.dates.firsts})
    if first.dates or second.dates:
        return _around({*first.dates.samples(), *second.dates.samples()})
    # weekends, working days, a week of holidays and make-up days all stand around the National Day
    national_day = date(date.fromordinal(_workdays()[1]).year, 10, 1).toordinal()
    return range(national_day - 16, national_day + 20)


def _around(days: set[int]) -> Sequence[int]:
    """These days and their neighbours, for a period may reach across midnight."""
    return sorted({day + shift for day in days for shift in (-1, 0, 1)})


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _span(text: str) -> Span:
    first_text, _, last_text = text.partition("/")
    try:
        first = date.fromisoformat(first_text)
        last = date.fromisoformat(last_text) if last_text else first
    except ValueError:
        raise DateError(text) from None
    if not timedelta(0) <= last - first <= timedelta(days=MAX_RANGE_DAYS):
        raise DateError(text)
    return first.toordinal(), last.toordinal()
