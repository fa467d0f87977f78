"""Which days are worked: the table of a tenant, what was announced, the law, the week, in this order."""

from __future__ import annotations

from datetime import date

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.flow.calendar import Told, announced_years, is_workday, special_days, told_years, unknown_years
from interpreter.flow.lunar import day_of_lunar, lunar_day, qingming
from interpreter.flow.statutory import NAMES, statutory_holidays

BY_THE_MOON = [("Spring Festival", 1, 1), ("Dragon Boat Festival", 5, 5), ("Mid-autumn Festival", 8, 15)]


def worked(text: str, days: dict[str, bool] | None = None) -> bool:
    table = {date.fromisoformat(day).toordinal(): workday for day, workday in (days or {}).items()}
    return is_workday(date.fromisoformat(text).toordinal(), table)


def by_law(year: int) -> dict[str, str]:
    return {date.fromordinal(day).isoformat()[5:]: name for day, name in statutory_holidays(year).items()}


def test_the_thirteen_days_of_2027() -> None:
    assert by_law(2027) == {
        "01-01": "new_year", "02-05": "new_years_eve", "02-06": "spring_festival", "02-07": "spring_festival",
        "02-08": "spring_festival", "04-05": "qingming", "05-01": "labour_day", "05-02": "labour_day",
        "06-09": "dragon_boat", "09-15": "mid_autumn", "10-01": "national_day", "10-02": "national_day",
        "10-03": "national_day",
    }  # fmt: skip


@pytest.mark.parametrize("year", range(2025, 2101))
def test_every_year_to_2100_has_them(year: int) -> None:
    found = by_law(year)
    assert set(found.values()) == set(NAMES)
    assert len(found) == 13 - (found.get("10-01"), found.get("10-02"), found.get("10-03")).count("mid_autumn")


@pytest.mark.parametrize(("year", "festival"), [(2028, "10-03"), (2033, "09-08"), (2057, "09-13"), (2100, "09-18")])
def test_mid_autumn_of_far_years(year: int, festival: str) -> None:
    assert by_law(year)[festival] == "mid_autumn"


def test_behind_the_table_the_fixed_days_stay() -> None:
    assert set(by_law(2150).values()) == {"new_year", "labour_day", "national_day"}
    assert by_law(2024) == {}


def announced(ordinal: int | None) -> str | None:
    """The name under which the day is off; None for a weekend without one."""
    assert ordinal is not None
    off, name = chinese_calendar.get_holiday_detail(date.fromordinal(ordinal))
    assert off
    return name


@pytest.mark.parametrize("year", range(2008, 2027))
def test_the_moon_agrees_with_what_was_announced(year: int) -> None:
    """Since 2008 these festivals have been days off on their very day."""
    for name, month, day in BY_THE_MOON:
        assert announced(day_of_lunar(year, month, day)) in (name, None, "National Day")
    assert announced(qingming(year)) in ("Tomb-sweeping Day", None)


@given(st.integers(date(2000, 2, 5).toordinal(), date(2101, 1, 28).toordinal()))
def test_each_day_of_the_table_is_one_lunar_day(ordinal: int) -> None:
    today, yesterday = lunar_day(ordinal), lunar_day(ordinal - 1)
    assert today is not None
    assert 1 <= today.day <= 30
    if yesterday is not None:
        assert today.day == (1 if yesterday.last else yesterday.day + 1)


def test_outside_the_table_there_is_no_lunar_day() -> None:
    assert lunar_day(date(2000, 2, 4).toordinal()) is None
    assert lunar_day(date(2101, 1, 29).toordinal()) is None


def test_the_doubled_month_of_2025() -> None:
    second = lunar_day(date(2025, 7, 25).toordinal())
    assert second is not None
    assert (second.month, second.day, second.leap) == (6, 1, True)
    assert day_of_lunar(2025, 6, 1) == date(2025, 6, 25).toordinal()


def test_the_table_goes_first() -> None:
    assert not worked("2026-10-01")
    assert worked("2026-10-01", {"2026-10-01": True})
    assert worked("2027-03-01")
    assert not worked("2027-03-01", {"2027-03-01": False})


def test_then_what_was_announced_then_the_law_then_the_week() -> None:
    assert worked("2026-10-10")  # a make-up Saturday
    assert not worked("2027-10-01")  # a Friday
    assert worked("2027-10-08")
    assert not worked("2027-10-09")


def test_special_days_say_where_they_are_from() -> None:
    assert {day.origin for day in special_days(2026)} == {"announced"}
    assert any(day.workday for day in special_days(2026))
    assert {day.origin for day in special_days(2027)} == {"law"}
    first = special_days(2027)[0]
    assert (date.fromordinal(first.ordinal), first.workday, first.name["zh-CN"]) == (date(2027, 1, 1), False, "元旦")


@pytest.mark.parametrize(
    ("today", "told", "unknown"),
    [
        ("2026-10-31", [], []), ("2026-11-01", [], [2027]), ("2026-12-31", [2027], []),
        ("2027-01-01", [], [2027]), ("2027-11-01", [2027], [2028]), ("2027-11-01", [2028], [2027]),
    ],
)  # fmt: skip
def test_years_that_ought_to_be_known(today: str, told: list[int], unknown: list[int]) -> None:
    assert 2026 in announced_years()
    assert 2027 not in announced_years()
    assert unknown_years(date.fromisoformat(today), told) == unknown


YEAR_2027 = ["01-01", "02-05", "04-05", "05-01", "06-09", "09-15", "10-01"]
"""A day of each festival of 2027."""


@pytest.mark.parametrize(
    ("announced", "own", "whole", "begun"),
    [
        pytest.param([], ["01-01"], set(), set(), id="only the company's own days"),
        pytest.param(["01-01"], [], set(), {2027}, id="a single day"),
        pytest.param(YEAR_2027[:-1], [], set(), {2027}, id="without the National Day"),
        pytest.param(YEAR_2027, [], {2027}, set(), id="each festival"),
        pytest.param(YEAR_2027[1:], ["01-01"], {2027}, set(), id="one's own day in the place of an announced one"),
    ],
)
def test_a_year_is_told_when_each_of_its_festivals_is(
    announced: list[str], own: list[str], whole: set[int], begun: set[int]
) -> None:
    told, mine = ([date.fromisoformat(f"2027-{day}").toordinal() for day in days] for days in (announced, own))
    assert told_years([*told, *mine], told) == Told(frozenset(whole), frozenset(begun))
