"""Periods of the ``hours`` node: which one a moment lies in, and what is wrong with a list of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from interpreter.flow.calendar import NO_DAYS, Days, announced_years, is_workday
from interpreter.flow.dates import Dates, dates_of, where_they_may_meet
from interpreter.flow.schemas import Json

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_PER_DAY: Final = 24 * 60
_ORDINARY_DAY: Final = date(2026, 11, 18).toordinal()
"""A Wednesday among other working days."""


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
    dates: Dates

    @property
    def empty(self) -> bool:
        """There is no moment in it."""
        no_day = self.calendar == "weekly" and not self.days and not self.dates
        return no_day or self.start == self.end

    @property
    def asks_for_workdays(self) -> bool:
        """It cannot be told without knowing which days are worked."""
        return self.calendar != "weekly" and not self.dates

    def on_day(self, ordinal: int, days: Days) -> bool:
        """Does it start on this day? days: the tenant's table."""
        if self.dates:
            return ordinal in self.dates
        if self.calendar == "weekly":
            return (ordinal - 1) % 7 in self.days
        return is_workday(ordinal, days) == (self.calendar == "workdays")

    def covers(self, ordinal: int, minute: int, days: Days = NO_DAYS) -> bool:
        if self.start < self.end:
            return self.start <= minute < self.end and self.on_day(ordinal, days)
        # across midnight: the evening of a day, or the morning after such a day
        return (minute >= self.start and self.on_day(ordinal, days)) or (
            minute < self.end and self.on_day(ordinal - 1, days)
        )


def period_of(item: Mapping[str, Json]) -> Period:
    """The period of a setting that fits the schema. Raises DateError."""
    return Period(
        exit=item["exit"],
        calendar=item["calendar"],
        days=frozenset(DAYS.index(day) for day in item["days"]),
        start=_minutes(item["from"]),
        end=_minutes(item["to"]),
        dates=dates_of(item["dates"]),
    )


def picker(periods: Sequence[Period]) -> Callable[[datetime, Days], int]:
    """Index of the first period that covers a local time, ``len(periods)`` where none does, by a tenant's table."""
    numbered = tuple(enumerate(periods))
    none = len(periods)

    def pick(local: datetime, days: Days) -> int:
        ordinal, minute = local.toordinal(), local.hour * 60 + local.minute
        for index, period in numbered:
            if period.covers(ordinal, minute, days):
                return index
        return none

    return pick


def usual(periods: Sequence[Period], minute: int) -> int:
    """Index of the period of an ordinary working Wednesday, dates apart; ``len(periods)`` where none covers it."""
    for index, period in enumerate(periods):
        if not period.dates and period.covers(_ORDINARY_DAY, minute):
            return index
    return len(periods)


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
    """How general a period's choice of days is: dates, dates of each year, then the calendar, then weekdays."""
    if period.dates:
        return 1 if period.dates.yearly else 0
    return {"holidays": 2, "workdays": 3, "weekly": 3}[period.calendar]


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
        return _around(where_they_may_meet(first.dates, second.dates))
    if first.dates or second.dates:
        return _around({*first.dates.samples(), *second.dates.samples()})
    # weekends, working days, a week of holidays and make-up days all stand around the National Day
    national_day = date(announced_years()[-1], 10, 1).toordinal()
    return range(national_day - 16, national_day + 20)


def _around(days: set[int]) -> Sequence[int]:
    """These days and their neighbours, for a period may reach across midnight."""
    return sorted({day + shift for day in days for shift in (-1, 0, 1)})


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
