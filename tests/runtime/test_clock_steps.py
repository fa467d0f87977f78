"""The system's clock is set while calls go on: nobody is hung up, and no registration lives longer for it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from runtime.softphone import until

from interpreter.sip.events import CallAnswered, CallEnded

pytestmark = pytest.mark.e2e


@pytest.fixture
def step(monkeypatch):
    """Set the clock by so many seconds."""
    true_time, ahead = time.time, [0.0]
    monkeypatch.setattr(time, "time", lambda: true_time() + ahead[0])
    return lambda seconds: ahead.__setitem__(0, seconds)


@pytest.mark.parametrize("seconds", [20_000.0, -40_000.0])
async def test_a_calls_length_is_its_own_not_the_clocks(line, step, seconds):
    await line.start()
    board = line.service.board
    caller = await line.phone()
    caller.dial("4001110004")
    await caller.wait(CallAnswered)
    step(seconds)
    board.end_overlong()
    assert len(board.calls) == 1
    board.settings = replace(board.settings, limits=replace(board.settings.limits, max_call_seconds=0.0))
    board.end_overlong()
    await caller.wait(CallEnded)
    await until(lambda: not board.calls)
    record = await line.record()
    assert record.cause == "too_long"
    assert 0 <= (record.ended_at - record.started_at).total_seconds() < 1000
