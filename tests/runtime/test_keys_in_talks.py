"""Keys pressed during a talk reach the other side, whatever way either telephone signals them in."""

from __future__ import annotations

import json

import pytest
from runtime.softphone import until

from interpreter.sdp import Direction
from interpreter.sip.events import CallAnswered, DigitReceived, InviteReceived, ReinviteAnswered

pytestmark = pytest.mark.e2e


async def talk(line, caller_knows_events=True, callee_knows_events=True):
    """(caller, its call, callee, its call), bridged."""
    await line.start()
    callee, caller = await line.extension("802", answer_after=0.05), await line.extension("801")
    callee.knows_events, caller.knows_events = callee_knows_events, caller_knows_events
    call = caller.dial("802")
    await caller.wait(CallAnswered)
    incoming = await callee.wait(InviteReceived)
    await until(lambda: incoming.call in callee.rtp)
    caller.rtp[call].speak(0x55)
    await until(lambda: 0x55 in callee.rtp[incoming.call].heard)
    return caller, call, callee, incoming.call


async def test_who_gives_on_to_nobody_hears_why_and_has_his_partner_back(line):
    caller, call, callee, taken = await talk(line)
    callee.rtp[taken].speak(0x66)
    await until(lambda: caller.rtp[call].heard[-480:] == b"\x66" * 480)
    await caller.rtp[call].type("*2898#")
    await until(lambda: len(set(caller.rtp[call].heard[-480:])) > 20)  # words
    await until(lambda: len(set(callee.rtp[taken].heard[-480:])) > 20)  # music
    caller.rtp[call].press("1")
    await until(lambda: caller.rtp[call].heard[-480:] == b"\x66" * 480)
    await until(lambda: callee.rtp[taken].heard[-480:] == b"\x55" * 480)
    (known,) = line.service.board.calls.values()
    journal = b"".join(path.read_bytes() for path in (line.data / "journal").glob("*.jsonl"))
    assert known.id.encode() in journal
    barred = [json.loads(entry) for entry in journal.splitlines() if b'"barred"' in entry]
    assert [(entry["dialled"], entry["rule"]) for entry in barred] == [("898", "no_such_number")]


async def test_the_callers_info_reaches_a_callee_that_agreed_on_events(line):
    caller, call, callee, taken = await talk(line)
    caller.info(call, "7")
    await until(lambda: 7 in callee.rtp[taken].events)
    caller.info(call, "#")
    await until(lambda: 11 in callee.rtp[taken].events)
    assert set(callee.rtp[taken].events) == {7, 11}
    assert not [event for event in callee.events if isinstance(event, DigitReceived)]


async def test_the_callees_info_reaches_a_caller_that_agreed_on_events(line):
    caller, call, callee, taken = await talk(line)
    callee.info(taken, "4")
    await until(lambda: 4 in caller.rtp[call].events)
    assert not [event for event in caller.events if isinstance(event, DigitReceived)]


async def test_who_agreed_on_no_events_is_sent_info(line):
    caller, call, callee, taken = await talk(line, callee_knows_events=False)
    caller.info(call, "7")
    assert (await callee.wait(DigitReceived)).digit == "7"
    caller.rtp[call].press("8")  # the leg's way is INFO: not another key
    caller.info(call, "9")
    assert (await callee.wait(DigitReceived)).digit == "9"
    assert callee.rtp[taken].events == []


async def test_events_are_info_for_a_caller_that_agreed_on_none(line):
    caller, call, callee, taken = await talk(line, caller_knows_events=False)
    callee.rtp[taken].press("3")
    assert (await caller.wait(DigitReceived)).digit == "3"
    assert caller.rtp[call].events == []


async def test_events_are_not_sent_twice(line):
    caller, call, callee, taken = await talk(line)
    caller.rtp[call].press("1")
    (served,) = line.service.board.calls.values()
    await until(lambda: served.led.keys.way == "event")
    caller.info(call, "1")
    caller.reinvite(call, Direction.SENDRECV)
    await caller.wait(ReinviteAnswered)
    caller.rtp[call].press("2")
    await until(lambda: len(callee.rtp[taken].events) == 12)
    assert callee.rtp[taken].events == [1] * 6 + [2] * 6, "as they came, and nothing of ours between"
