"""Holidays by law: those that hold in every year, whether or not anybody has announced them yet.

The State Council's regulation on holidays for annual festivals and commemoration days (全国年节及纪念日放假办法),
article 2, in the version in force since 1 January 2025: 13 days for everybody. Which days around them are off too,
and which weekends are worked for it, is announced once a year and cannot be computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from interpreter.flow.issues import Text
from interpreter.flow.lunar import day_of_lunar, qingming

IN_FORCE_SINCE: Final = 2025

NAMES: Final[Mapping[str, Text]] = {
    "new_year": {"zh-CN": "元旦", "en": "New Year's Day"},
    "new_years_eve": {"zh-CN": "除夕", "en": "Spring Festival Eve"},
    "spring_festival": {"zh-CN": "春节", "en": "Spring Festival"},
    "qingming": {"zh-CN": "清明节", "en": "Qingming"},
    "labour_day": {"zh-CN": "劳动节", "en": "Labour Day"},
    "dragon_boat": {"zh-CN": "端午节", "en": "Dragon Boat Festival"},
    "mid_autumn": {"zh-CN": "中秋节", "en": "Mid-Autumn Festival"},
    "national_day": {"zh-CN": "国庆节", "en": "National Day"},
}

_FIXED: Final = (
    ("new_year", 1, (1,)),
    ("labour_day", 5, (1, 2)),
    ("national_day", 10, (1, 2, 3)),
)


@lru_cache(maxsize=8)
def statutory_holidays(year: int) -> Mapping[int, str]:
    """Ordinal -> name (of ``NAMES``) of each holiday of a year; none before the law, after 2100 without the moon's."""
    if year < IN_FORCE_SINCE:
        return {}
    found = {date(year, month, day).toordinal(): name for name, month, days in _FIXED for day in days}
    found.update(_by_the_moon(year))
    return dict(sorted(found.items()))


def _by_the_moon(year: int) -> dict[int, str]:
    """Where the Mid-Autumn Festival falls on the National Day, it keeps its name and the days are one fewer."""
    first = day_of_lunar(year, 1, 1)
    if first is None:
        return {}
    days = {first - 1: "new_years_eve", **{first + n: "spring_festival" for n in range(3)}}
    for name, ordinal in (
        ("qingming", qingming(year)),
        ("dragon_boat", day_of_lunar(year, 5, 5)),
        ("mid_autumn", day_of_lunar(year, 8, 15)),
    ):
        if ordinal is not None:
            days[ordinal] = name
    return days
