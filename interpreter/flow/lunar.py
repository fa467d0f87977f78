"""The Chinese lunar calendar from 2000 to early 2101: a table, and what day of it a day is.

Made with sxtwl 2.0.7 (astronomical, after Xu Jianwei) and compared day by day with lunar_python 1.4.8 and, to 2099,
lunardate 0.3.0: the only day they disagree on is 2057-09-28, whose new moon falls within seconds of midnight.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

_YEARS: Final = """
2000-02-05 4  0 ++--+--+-++-
2001-01-24 5  4 ++-+-+--+-+-+
2002-02-12 5  0 ++-+-+--+-+-
2003-02-01 5  0 ++-++-+--+-+
2004-01-22 4  2 -+-++-+-+-+-+
2005-02-09 5  0 -+-+-++-+-+-
2006-01-29 5  7 +-+-+-+-++-++
2007-02-18 5  0 --+--+-+++-+
2008-02-07 4  0 +--+--+-++-+
2009-01-26 4  5 ++--+--+-+-++
2010-02-14 5  0 +-+-+--+-+-+
2011-02-03 5  0 +-++-+--+-+-
2012-01-23 4  4 +-++-+-+-+-+-
2013-02-10 4  0 +-+-++-+-+-+
2014-01-31 5  9 -+-+-+-++-+-+
2015-02-19 5  0 -+--+-+++-+-
2016-02-08 4  0 +-+--+-++-++
2017-01-28 4  6 -+-+--+-+-+++
2018-02-16 5  0 -+-+--+-+-++
2019-02-05 5  0 +-+-+--+--++
2020-01-25 4  4 -+++-+--+-+-+
2021-02-12 4  0 -++-+-+-+-+-
2022-02-01 5  0 +-+-++-+-+-+
2023-01-22 5  2 -+--++-++-+-+
2024-02-10 4  0 -+--+-++-++-
2025-01-29 4  6 +-+--+-+-+++-
2026-02-17 5  0 +-+--+--+++-
2027-02-06 5  0 ++-+--+--++-
2028-01-26 4  5 +++-+--+--++-
2029-02-13 4  0 ++-+-+-+--++
2030-02-03 5  0 -+-++-+-+-+-
2031-01-23 5  3 -++-+-++-+-+-
2032-02-11 4  0 +--+-++-++-+
2033-01-31 4 11 -+--+-+-+++-+
2034-02-19 5  0 -+--+-+-++-+
2035-02-08 5  0 +-+--+--++-+
2036-01-28 4  6 ++-+--+--+-++
2037-02-15 4  0 ++-+--+--+-+
2038-02-04 5  0 ++-+-+-+--+-
2039-01-24 5  5 ++-++-+-+-+--
2040-02-12 4  0 +-++-+-++-+-
2041-02-01 4  0 -+-+-++-++-+
2042-01-22 4  2 -+--+-+-++-++
2043-02-10 5  0 -+--+--++-++
2044-01-30 4  7 +-+--+--+-+++
2045-02-17 4  0 +-+--+--+-++
2046-02-06 4  0 +-+-+-+--+-+
2047-01-26 5  5 +-++-+-+--+-+
2048-02-14 4  0 -++-++-+--+-
2049-02-02 4  0 +-+-++-++-+-
2050-01-23 4  3 -+-+-+-++-++-
2051-02-11 5  0 +--+--++-+++
2052-02-01 4  8 -+--+--+-++++
2053-02-19 4  0 -+--+--+-+++
2054-02-08 4  0 -++--+--+-++
2055-01-28 5  6 -++-+-+--+-+-
2056-02-15 4  0 +++-+-+--+-+
2057-02-04 4  0 -++-+-+-+-+-
2058-01-24 4  4 +-+-+-++-++--
2059-02-12 5  0 +-+-+-+-+++-
2060-02-02 4  0 +--+--+-+++-
2061-01-21 4  3 ++--+--+-+++-
2062-02-09 4  0 ++--+--+-++-
2063-01-29 5  7 ++-+-+--+-+-+
2064-02-17 4  0 ++-+-+--+-+-
2065-02-05 4  0 ++-++-+--+-+
2066-01-26 4  5 -+-++-+-+-+-+
2067-02-14 5  0 -+-+-++-+-+-
2068-02-03 4  0 +-+--++-++-+
2069-01-23 4  4 -+-+--+-+++-+
2070-02-11 4  0 -+-+--+-++-+
2071-01-31 5  8 +-+-+--+-+-++
2072-02-19 4  0 +-+-+--+-+-+
2073-02-07 4  0 +-++-+--+-+-
2074-01-27 4  6 +-++-+-+-+-+-
2075-02-15 4  0 +-+-++-+-+-+
2076-02-05 4  0 -+-+-+-++-+-
2077-01-24 4  4 +-+--+-+++-+-
2078-02-12 4  0 +-+--+-++-++
2079-02-02 4  0 -+-+--+-+-++
2080-01-22 4  3 +-+-+--+--+++
2081-02-09 4  0 -++-+--+--++
2082-01-29 4  7 -+++--+-+--++
2083-02-17 4  0 -++-+-+-+-+-
2084-02-06 4  0 +-+-++-+-+-+
2085-01-26 4  5 -+--++-++-+-+
2086-02-14 4  0 -+--+-++-++-
2087-02-03 4  0 +-+--+-+-+++
2088-01-24 4  4 -+-+--+--+++-
2089-02-10 4  0 ++-+---+-++-
2090-01-30 4  8 +++-+--+--++-
2091-02-18 4  0 ++-+-+-+--+-
2092-02-07 4  0 ++-++-+-+-+-
2093-01-27 4  6 -++-+-++-+-+-
2094-02-15 4  0 -+-+-++-++-+
2095-02-05 4  0 -+--+-+-+++-
2096-01-25 4  4 +-+--+--+++-+
2097-02-12 4  0 +-+---+-++-+
2098-02-01 4  0 ++-+---+-+-+
2099-01-21 4  2 ++-++--+--+-+
2100-02-09 5  0 ++-+-+-+--+-
"""
"""One lunar year a line: its first day, the day in April of Qingming, its leap month (0: none), its months in order,
the leap month behind the one it doubles: ``+`` of 30 days, ``-`` of 29."""


@dataclass(frozen=True, slots=True)
class LunarDay:
    """month: 1 to 12. last: the month's last day, which is its 29th or its 30th. leap: in the month that a leap year
    has twice, the second time."""

    month: int
    day: int
    last: bool
    leap: bool


@dataclass(frozen=True, slots=True)
class _Month:
    first: int
    days: int
    year: int
    month: int
    leap: bool


def lunar_day(ordinal: int) -> LunarDay | None:
    """What day it is by the moon (``date.toordinal`` in); None outside the table."""
    starts, months, _ = _table()
    at = bisect_right(starts, ordinal) - 1
    if at < 0 or ordinal >= months[-1].first + months[-1].days:
        return None
    month = months[at]
    day = ordinal - month.first + 1
    return LunarDay(month.month, day, day == month.days, month.leap)


def day_of_lunar(year: int, month: int, day: int) -> int | None:
    """The ordinal of a day of a lunar year, by the regular month where one is doubled; a 30th that a month lacks is
    its last day. None outside the table."""
    for found in _table()[1]:
        if found.year == year and found.month == month and not found.leap:
            return found.first + min(day, found.days) - 1
    return None


def qingming(year: int) -> int | None:
    """The ordinal of Qingming, when the sun is at 15 degrees; None outside the table."""
    day = _table()[2].get(year)
    return None if day is None else date(year, 4, day).toordinal()


@cache
def _table() -> tuple[list[int], list[_Month], dict[int, int]]:
    """First days of all months, the months, and the day in April of Qingming by year."""
    months: list[_Month] = []
    april: dict[int, int] = {}
    for line in _YEARS.split("\n")[1:-1]:
        first_text, qingming_day, leap_text, lengths = line.split()
        first = date.fromisoformat(first_text)
        april[first.year] = int(qingming_day)
        at, leap = first.toordinal(), int(leap_text)
        for index, length in enumerate(lengths):
            doubled = leap != 0 and index >= leap
            days = 30 if length == "+" else 29
            months.append(_Month(at, days, first.year, index + 1 - doubled, leap != 0 and index == leap))
            at += days
    return [month.first for month in months], months, april
