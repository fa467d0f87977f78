"""A tenant's days and a number's day/night switch: heard by the next call, told once a day where they are missing."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from runtime.conftest import bind, flow, node, put_sounds
from runtime.softphone import until

from interpreter.compiler import compile_flow
from interpreter.runtime.calendar_watch import CalendarWatch
from interpreter.runtime.directory import Directory, LoadedVersion, NumberEntry, TenantEntry
from interpreter.sip.events import CallEnded
from store import open_store
from store.records import Day

SHANGHAI = ZoneInfo("Asia/Shanghai")
PERIODS = [{"exit": "open", "calendar": "workdays"}, {"exit": "off", "calendar": "holidays"}]
OFFICE = flow(
    "office",
    [node("hours", "hours", periods=PERIODS, day_exit="open", night_exit="otherwise"),
     node("closed", "play", prompt=["b.wav"])],
    "start next hours", "hours open end", "hours off end", "hours otherwise closed", "closed next end",
)  # fmt: skip
WEEKLY = flow(
    "weekly", [node("hours", "hours", periods=[{"exit": "open", "calendar": "weekly"}])],
    "start next hours", "hours open end", "hours otherwise end",
)  # fmt: skip


@pytest.mark.e2e
async def test_the_next_call_goes_by_what_was_just_set(line, way):
    store = open_store(line.settings.database_url)
    bind(store, line.tenant, "4001110009", OFFICE, put_sounds(line.data))
    await line.start()
    phone = await line.phone()
    calls = 0

    async def exit_taken():
        nonlocal calls
        calls += 1
        await until(lambda: line.service.board.directory.revision == store.directory.revision())
        phone.dial("4001110009")
        await phone.wait(CallEnded)
        return dict(way(await line.record(calls)))["hours"]

    today = datetime.now(SHANGHAI).date()
    program = line.service.board.directory.number("864001110009").version.program
    for revision, worked in enumerate((True, False)):
        days = [Day(today + timedelta(days=n), worked, "", "own") for n in (0, 1)]
        store.days.put(line.tenant, revision, days, by="t")
        assert await exit_taken() == ("open" if worked else "off")
    (number,) = [e.number for e in store.numbers.page(line.tenant).items if e.number.digits == "864001110009"]
    for revision, (switch, taken) in enumerate({"night": "otherwise", "day": "open", "auto": "off"}.items(), 2):
        store.numbers.set_switch(line.tenant, number.id, revision, switch, by="t")
        assert await exit_taken() == taken
    assert line.service.board.directory.number("864001110009").version.program is program, "nothing was published"
    store.close()


def directory(*flows, told=frozenset(), timezone="Asia/Shanghai"):
    versions = [LoadedVersion("t", f"f{n}", f["name"], 1, compile_flow(f)) for n, f in enumerate(flows)]
    numbers = [NumberEntry("t", f"8640000000{n}", True, version) for n, version in enumerate(versions)]
    return Directory(1, [TenantEntry("t", timezone, None, {}, told)], numbers)


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp()


def lines(caplog):
    found = [record.getMessage() for record in caplog.records if "holidays" in record.getMessage()]
    caplog.clear()
    return found


def test_it_is_told_once_a_day_while_a_bound_flow_depends_on_it(caplog):
    caplog.set_level(logging.WARNING)
    watch, present = CalendarWatch(), directory(OFFICE, WEEKLY)
    for hour in (0, 9, 23):
        watch.look(present, moment(f"2026-12-01 {hour:02}:00"))
    (line,) = lines(caplog)
    assert "2027" in line
    assert "office" in line
    assert "weekly" not in line
    watch.look(present, moment("2026-12-02 00:00"))
    assert len(lines(caplog)) == 1


@pytest.mark.parametrize(
    ("present", "at"),
    [
        (directory(OFFICE), "2026-10-31 23:59"),
        (directory(OFFICE, told=frozenset({2027})), "2026-12-01 09:00"),
        (directory(WEEKLY), "2027-12-01 09:00"),
        (directory(), "2027-12-01 09:00"),
    ],
)
def test_nothing_is_told_where_nothing_is_missing(present, at, caplog):
    CalendarWatch().look(present, moment(at))
    assert lines(caplog) == []


def test_the_day_is_the_tenants(caplog):
    """In New York it is still October."""
    watch = CalendarWatch()
    watch.look(directory(OFFICE, timezone="America/New_York"), moment("2026-11-01 08:00"))
    assert lines(caplog) == []
    watch.look(directory(OFFICE, timezone="No/Where"), moment("2026-11-01 08:00"))
    assert len(lines(caplog)) == 1
