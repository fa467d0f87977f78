"""Which days are worked in China: the tenant's table first, then what was announced, then the law, then the week.

    is_workday(ordinal, days)        # days: the table, see ``Days``

What was announced comes with chinesecalendar, year by year; the table is kept in the store and handed to each call
when it begins, so that neither the machine nor anything here reads a file or a clock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, Literal

import chinese_calendar

from interpreter.flow.issues import Text
from interpreter.flow.statutory import NAMES, statutory_holidays

Days = Mapping[int, bool]
"""A table of days that are not as the calendar has them: ordinal (``date.toordinal``) -> whether it is worked."""

NO_DAYS: Final[Days] = {}

EXPECTED_FROM_MONTH: Final = 11
"""Next year's holidays are announced at the end of October or in November as a rule: before, nobody can have them."""

Origin = Literal["announced", "law"]


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not like its day of the week, or has a name. origin: who says so."""

    ordinal: int
    workday: bool
    name: Text
    origin: Origin


def is_workday(ordinal: int, days: Days = NO_DAYS) -> bool:
    """Whether the day is worked, make-up days included; Monday to Friday where nobody says otherwise."""
    told = days.get(ordinal)
    if told is not None:
        return told
    first, last, workdays = _announced()
    if first <= ordinal <= last:
        return ordinal in workdays
    return (ordinal - 1) % 7 < 5 and ordinal not in statutory_holidays(date.fromordinal(ordinal).year)


def announced_years() -> range:
    """Years whose holidays come with the product."""
    first, last, _ = _announced()
    return range(date.fromordinal(first).year, date.fromordinal(last).year + 1)


@dataclass(frozen=True, slots=True)
class Told:
    """Years of whose announcement something stands in a table. whole: of each festival; begun: of some only."""

    whole: frozenset[int] = frozenset()
    begun: frozenset[int] = frozenset()


NOTHING_TOLD: Final = Told()


def told_years(days: Collection[int], announced: Collection[int]) -> Told:
    """What a table tells. days: its days, as ordinals; announced: those of them that an announcement brought.

    An announcement arranges every festival of its year, so a year is told when each has a day there (one's own day
    in its place counts, too).
    """
    years = {date.fromordinal(ordinal).year for ordinal in announced}
    whole = frozenset(year for year in years if _festivals(year) <= _festivals(year, days))
    return Told(whole, frozenset(years - whole))


def _festivals(year: int, days: Collection[int] | None = None) -> set[str]:
    """The festivals of a year by law; of those days alone where given. The eve is part of the Spring Festival."""
    names = {name for at, name in statutory_holidays(year).items() if days is None or at in days}
    return {"spring_festival" if name == "new_years_eve" else name for name in names}


def unknown_years(today: date, told: Collection[int] = ()) -> list[int]:
    """Years that matter now and of which only the law is known: this one, and from November on the next.

    told: years whose announcement stands in the table, all of it.
    """
    near = [today.year, today.year + 1] if today.month >= EXPECTED_FROM_MONTH else [today.year]
    return [year for year in near if year not in announced_years() and year not in told]


def special_days(year: int) -> list[SpecialDay]:
    """Holidays and make-up workdays of a year without any table, in order."""
    if year not in announced_years():
        return [SpecialDay(at, False, NAMES[name], "law") for at, name in statutory_holidays(year).items()]
    holidays = {day: (False, name) for day, name in chinese_calendar.holidays.items() if day.year == year}
    workdays = {day: (True, name) for day, name in chinese_calendar.workdays.items() if day.year == year}
    return [
        SpecialDay(day.toordinal(), workday, _name(name), "announced")
        for day, (workday, name) in sorted({**holidays, **workdays}.items())
    ]


def _name(english: str) -> Text:
    found = next((h for h in chinese_calendar.Holiday if h.value == english), None)
    return {"zh-CN": found.chinese if found else english, "en": english}


@cache
def _announced() -> tuple[int, int, frozenset[int]]:
    """First and last day that comes with the product and all working days between, as ordinals."""
    years = [day.year for day in chinese_calendar.holidays]
    first, last = date(min(years), 1, 1).toordinal(), date(max(years), 12, 31).toordinal()
    workdays = frozenset(
        ordinal for ordinal in range(first, last + 1) if chinese_calendar.is_workday(date.fromordinal(ordinal))
    )
    return first, last, workdays
