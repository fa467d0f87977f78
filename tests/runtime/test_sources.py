"""What one address may ask, how much of it is logged, and that neither grows with the number of addresses."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runtime.softphone import HOST, until

from interpreter.runtime import minute_log, sources
from interpreter.runtime.minute_log import LINES_PER_MINUTE, SUMMARIES_PER_MINUTE, MinuteLog
from interpreter.runtime.settings import Limits
from interpreter.runtime.sources import FAILURE_COST, SourceLimits
from interpreter.sip.events import CallAnswered, CallEnded, RequestAnswered
from interpreter.sip.hop import Hop

A, B, FRIEND = (Hop("UDP", f"192.0.2.{number}", 5060) for number in (1, 2, 9))


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def limits(clock: Clock, per_second: float = 10.0, burst: float = 20.0) -> SourceLimits:
    return SourceLimits(per_second, burst, lambda host: host == FRIEND.host, clock)


def admitted(of: SourceLimits, source: Hop, requests: int) -> int:
    return sum(of.admits(source) for _ in range(requests))


def test_a_burst_passes_and_then_the_rate(clock):
    of = limits(clock)
    assert admitted(of, A, 100) == 20
    assert of.dropped == 80
    clock.now += 1.0
    assert admitted(of, A, 100) == 10
    clock.now += 3600.0
    assert admitted(of, A, 100) == 20


def test_one_address_costs_another_nothing(clock):
    of = limits(clock)
    admitted(of, A, 100)
    assert admitted(of, B, 100) == 20


def test_ports_make_no_other_address(clock):
    of = limits(clock)
    assert sum(of.admits(Hop("UDP", A.host, port)) for port in range(1024, 1124)) == 20


def test_friends_and_no_limit_are_not_counted(clock):
    assert admitted(limits(clock), FRIEND, 1000) == 1000
    assert admitted(limits(clock, per_second=0.0), A, 1000) == 1000


def test_wrong_passwords_cost_more(clock):
    of = limits(clock)
    tries = 0
    while of.admits(A):
        of.failed(A)
        tries += 1
    assert tries == 2
    clock.now += (1 + FAILURE_COST) / 10.0
    assert of.admits(A)


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(0, 30), st.booleans()), max_size=20))
def test_never_more_than_burst_and_rate_allow(steps):
    clock = Clock()
    of, begun, passed = limits(clock), clock.now, 0
    for wait, requests, wrong in steps:
        clock.now += wait
        passed += admitted(of, A, requests)
        if wrong:
            of.failed(A)
        assert passed <= 20 + 10 * (clock.now - begun) + 1e-6


def test_invented_addresses_use_no_more_memory(clock, monkeypatch, caplog):
    monkeypatch.setattr(sources, "MAX_SOURCES", 50)
    monkeypatch.setattr(minute_log, "MAX_SUBJECTS", 50)
    of = limits(clock, burst=1.0)
    for n in range(500):
        of.admits(Hop("UDP", f"198.51.100.{n}", 5060))
        of.admits(Hop("UDP", f"198.51.100.{n}", 5060))
        of.admits(A)
    assert len(of._allowances) == 50
    assert len(of._log._subjects) == 50
    assert not of.admits(A), "who is heard all the time is not forgotten"


def said(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_five_lines_a_minute_and_then_how_many_more(clock, caplog):
    lines = MinuteLog("authentication failed", clock)
    for n in range(8):
        lines.note(A.host, "wrong %d", n)
    lines.note(B.host, "wrong too")
    assert said(caplog) == [*(f"wrong {n}" for n in range(5)), "wrong too"]
    clock.now += 61.0
    caplog.clear()
    lines.flush()
    lines.flush()
    assert said(caplog) == [f"authentication failed: 3 more from {A.host} within a minute"]
    lines.note(A.host, "wrong again")
    assert said(caplog)[1:] == ["wrong again"]


def test_a_thousand_addresses_do_not_fill_the_log(clock, caplog, monkeypatch):
    monkeypatch.setattr(minute_log, "MAX_SUBJECTS", 400)
    lines = MinuteLog("authentication failed", clock)
    for n in range(1000):
        lines.note(str(n), "wrong")
    assert len(said(caplog)) == LINES_PER_MINUTE
    clock.now += 61.0
    lines.flush()
    summaries = said(caplog)[LINES_PER_MINUTE:]
    assert len(summaries) == SUMMARIES_PER_MINUTE + 1
    counted = sum(int(line.split()[2]) for line in summaries)
    assert counted == 1000 - LINES_PER_MINUTE


@pytest.mark.e2e
async def test_a_flood_is_dropped_and_calls_go_on(line, caplog):
    caplog.set_level(logging.WARNING)
    await line.start(trusted=(), limits=Limits(requests_per_source=0.001, burst_per_source=30))
    phone = await line.extension("801", answer_after=None)
    call = phone.dial("4001110004")
    await phone.wait(CallAnswered)
    flood = await line.phone()
    for _ in range(60):
        flood.ua.requests.send(
            "OPTIONS", f"sip:{HOST}:{line.port}", from_uri=f"sip:x@{HOST}", destination=flood.server, now=flood.now
        )
    flood.driver.flush()
    await until(lambda: line.service.board.gate.sources.dropped > 0)
    await flood.wait(RequestAnswered, lambda event: event.status == 200)
    assert line.service.health.report({})["dropped"] > 0
    phone.hang_up(call)
    assert (await line.record()).ended_by == "caller"
    assert sum("are dropped" in text for text in said(caplog)) == 1
    assert not [event for event in phone.events if isinstance(event, CallEnded)]


@pytest.mark.e2e
async def test_guesses_are_logged_but_not_all_of_them(line, caplog):
    await line.start(trusted=())
    phone = await line.phone("801", "wrong")
    for _ in range(7):
        assert await phone.register() == 401
    assert sum("authentication failed" in text for text in said(caplog)) == 5
