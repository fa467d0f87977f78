"""Legs that change hands: attended transfers, an INVITE in place of a call, what records say of it."""

from __future__ import annotations

import pytest
from runtime.softphone import until

from interpreter.sdp import Direction
from interpreter.sip.events import CallAnswered, CallEnded, InviteReceived, ReinviteAnswered

pytestmark = pytest.mark.e2e


@pytest.fixture
async def three(line):
    """801 has called 802, and they talk; 803 is there."""
    await line.start()
    others = [await line.extension(number, answer_after=0.05) for number in ("802", "803")]
    boss = await line.extension("801")
    call = boss.dial("802")
    await boss.wait(CallAnswered)
    taken = (await others[0].wait(InviteReceived)).call
    await until(lambda: taken in others[0].rtp)
    return boss, call, others[0], taken, others[1]


async def hears(phone, call, speaker, speakers_call, octet):
    speaker.rtp[speakers_call].speak(octet)
    phone.rtp[call].heard.clear()
    await until(lambda: octet in phone.rtp[call].heard)


async def test_an_attended_transfer_joins_the_two_others(line, three):
    boss, first, sales, sales_call, desk = three
    boss.reinvite(first, Direction.SENDONLY)
    await boss.wait(ReinviteAnswered)
    second = boss.dial("803")
    await boss.wait(CallAnswered)
    desk_call = (await desk.wait(InviteReceived)).call
    await until(lambda: desk_call in desk.rtp)
    boss.refer(first, "803", replaces=second)
    assert {(await boss.wait(CallEnded)).call, (await boss.wait(CallEnded)).call} == {first, second}
    await hears(sales, sales_call, desk, desk_call, 0x31)
    await hears(desk, desk_call, sales, sales_call, 0x32)
    desk.hang_up(desk_call)
    assert (await sales.wait(CallEnded)).call == sales_call
    await until(lambda: line.service.board.quiet)


async def test_a_blind_transfer_to_somebody_who_is_not_there_comes_back(line, three):
    boss, first, sales, sales_call, _ = three
    boss.refer(first, "899")
    await boss.settle()
    await hears(sales, sales_call, boss, first, 0x33)
    boss.hang_up(first)
    await sales.wait(CallEnded)
    await until(lambda: line.service.board.quiet)


async def test_whoever_gave_his_call_away_is_free_and_the_record_goes_on(line, three):
    boss, first, sales, sales_call, desk = three
    boss.refer(first, "803")
    assert (await boss.wait(CallEnded)).call == first
    desk_call = (await desk.wait(InviteReceived)).call
    await hears(desk, desk_call, sales, sales_call, 0x34)
    assert len(line.service.board.calls) == 1, "the call goes on without who began it"
    sales.hang_up(sales_call)
    await desk.wait(CallEnded)
    record = await line.record()
    assert record.ended_by == "caller"
    await until(lambda: line.service.board.quiet)


async def test_an_invite_with_replaces_takes_the_place_of_a_leg(line, three):
    boss, first, sales, sales_call, desk = three
    mine = desk.dial("802", headers=(("Replaces", sales.replaces(sales_call)),))
    await desk.wait(CallAnswered)
    assert (await sales.wait(CallEnded)).call == sales_call
    await hears(boss, first, desk, mine, 0x35)
    await hears(desk, mine, boss, first, 0x36)
    boss.hang_up(first)
    assert (await desk.wait(CallEnded)).call == mine
    await until(lambda: line.service.board.quiet)


async def test_the_operator_ends_a_call_that_goes_on_without_who_began_it(line, three):
    boss, first, sales, sales_call, desk = three
    boss.refer(first, "803")
    await boss.wait(CallEnded)
    desk_call = (await desk.wait(InviteReceived)).call
    await hears(desk, desk_call, sales, sales_call, 0x37)
    (call,) = line.service.board.calls.values()
    call.end("operator", "operator")
    await sales.wait(CallEnded)
    await desk.wait(CallEnded)
    await until(lambda: line.service.board.quiet)


async def test_a_call_is_given_back_into_a_flow(line, three):
    """The caller's call begins anew there, with a record of its own; whoever gave it on leaves."""
    boss, first, sales, sales_call, _ = three
    sales.refer(sales_call, "4001110001")
    assert (await sales.wait(CallEnded)).call == sales_call
    boss.rtp[first].heard.clear()
    await until(lambda: 0x11 in boss.rtp[first].heard)
    boss.rtp[first].press("1")
    await until(lambda: 0x33 in boss.rtp[first].heard)
    assert (await boss.wait(CallEnded)).call == first
    record = await line.record(2)
    assert (record.caller, record.called, record.cause) == ("801", "864001110001", "normal")
    assert [step["exit"] for step in record.steps if step["node"] == "ask"] == ["1"]
    earlier = await line.record(2, sort="started_at")
    assert [(leg["who"], leg["cause"]) for leg in earlier.legs] == [("801", "handed_over"), ("802", "released")]
    await until(lambda: line.service.board.quiet)


async def test_whoever_began_the_call_gives_his_partner_into_a_flow(line, three):
    boss, first, sales, sales_call, _ = three
    boss.refer(first, "4001110001")
    assert (await boss.wait(CallEnded)).call == first
    sales.rtp[sales_call].heard.clear()
    await until(lambda: 0x11 in sales.rtp[sales_call].heard)
    sales.hang_up(sales_call)
    record = await line.record(2)
    assert (record.caller, record.called) == ("802", "864001110001")
    await until(lambda: line.service.board.quiet)


async def test_a_number_that_nothing_answers_gives_the_partner_back(line, three):
    boss, first, sales, sales_call, _ = three
    boss.refer(first, "4009999999")
    await boss.settle()
    await hears(sales, sales_call, boss, first, 0x37)
