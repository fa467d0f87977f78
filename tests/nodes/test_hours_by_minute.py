"""The ``hours`` node remembers what it chose in a minute; that must never show."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from interpreter.machine import Facts
from interpreter.machine.facts import NO_DAYS, Days
from interpreter.machine.operations import PickByTime
from interpreter.machine.operations.base import CallState

DAY, NIGHT = 1, 2
MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()


def from_nine(local: datetime, days: Days) -> int:
    return 0 if (local.hour, local.minute) >= (9, 0) else 1


def at(operation: PickByTime, now: float, timezone: str = "Asia/Shanghai", days: Days = NO_DAYS) -> int:
    call = CallState({}, Facts("", "", "", timezone, days=days))
    call.now = now
    return operation.run(call)


@pytest.mark.parametrize("first", [-60.0, -0.001, 0.0, 59.9, 60.0])
def test_the_way_changes_with_the_minute(first: float) -> None:
    operation = PickByTime("open", from_nine, (DAY, NIGHT), None)
    at(operation, MOMENT + first)
    assert [at(operation, MOMENT + second) for second in (-0.01, 0.0, 59.99, -60.0)] == [NIGHT, DAY, DAY, NIGHT]


def test_calls_of_two_time_zones_in_one_minute() -> None:
    operation = PickByTime("open", from_nine, (DAY, NIGHT), None)
    assert [at(operation, MOMENT, zone) for zone in ("Asia/Shanghai", "Asia/Urumqi") * 2] == [DAY, NIGHT] * 2


def test_local_minutes_that_begin_within_a_minute() -> None:
    """Shanghai went by the sun's time, 8 h 5 min 43 s ahead, until 1901."""
    operation = PickByTime("open", from_nine, (DAY, NIGHT), None)
    nine = datetime(1899, 5, 5, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
    assert nine % 60 == 17
    assert [at(operation, nine + second) for second in (-1, 0, -1, 1)] == [NIGHT, DAY, NIGHT, DAY]


def test_calls_of_one_minute_with_other_tables_of_days() -> None:
    day_off = {datetime(2026, 11, 20).toordinal(): False}

    def worked(local: datetime, days: Days) -> int:
        return 0 if days.get(local.toordinal(), True) else 1

    operation = PickByTime("open", worked, (DAY, NIGHT), None)
    assert [at(operation, MOMENT, days=days) for days in (NO_DAYS, day_off, {}, day_off)] == [DAY, NIGHT, DAY, NIGHT]
