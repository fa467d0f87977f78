"""What telephones do with each other's calls: pick them up, park and fetch them."""

from __future__ import annotations

import pytest
from runtime.softphone import until

from interpreter.sip.events import CallAnswered, CallCancelled, CallEnded, CallFailed, InviteReceived
from store import open_store
from store.records import Membership

pytestmark = pytest.mark.e2e


async def hears(phone, call, speaker, speakers_call, octet):
    speaker.rtp[speakers_call].speak(octet)
    phone.rtp[call].heard.clear()
    await until(lambda: octet in phone.rtp[call].heard)


async def test_a_ringing_telephone_is_picked_up_by_another(line):
    await line.start()
    sales = await line.extension("802", answer_after=None)
    desk = await line.extension("803")
    boss = await line.extension("801")
    first = boss.dial("802")
    await sales.wait(InviteReceived)
    mine = desk.dial("**802")
    await desk.wait(CallAnswered)
    await boss.wait(CallAnswered)
    await sales.wait(CallCancelled)
    await hears(boss, first, desk, mine, 0x31)
    await hears(desk, mine, boss, first, 0x32)
    boss.hang_up(first)
    await desk.wait(CallEnded)
    await until(lambda: line.service.board.quiet)


async def test_a_group_picks_up_what_rings_in_it(line):
    store = open_store(line.settings.database_url)
    store.groups.create(line.tenant, "sales", "simultaneous", [Membership("802"), Membership("803")], by="t")
    store.close()
    await line.start()
    sales, desk, boss = await line.extension("802"), await line.extension("803"), await line.extension("801")
    first = boss.dial("802")
    await sales.wait(InviteReceived)
    outsider = boss.dial("*8")
    assert (await boss.wait(CallFailed)).call == outsider
    mine = desk.dial("*8")
    await desk.wait(CallAnswered)
    await hears(boss, first, desk, mine, 0x31)


@pytest.mark.parametrize("dialled", ["**802", "**899", "**", "71", "*8", "*9"])
async def test_nothing_to_be_led_to(line, dialled):
    await line.start()
    desk = await line.extension("803")
    desk.dial(dialled)
    assert (await desk.wait(CallFailed)).status == (404 if dialled in ("**", "*9") else 480)


async def test_a_call_is_parked_announced_and_fetched_elsewhere(line):
    await line.start()
    sales = await line.extension("802", answer_after=0.05)
    desk = await line.extension("803")
    boss = await line.extension("801")
    first = boss.dial("802")
    await boss.wait(CallAnswered)
    taken = (await sales.wait(InviteReceived)).call
    await until(lambda: taken in sales.rtp)
    await sales.rtp[taken].type("*68")
    await until(lambda: line.service.board.exchanges.of(line.tenant).parked("71"))
    sales.hang_up(taken)
    mine = desk.dial("71")
    await desk.wait(CallAnswered)
    await hears(boss, first, desk, mine, 0x33)
    await hears(desk, mine, boss, first, 0x34)
    assert line.service.board.exchanges.of(line.tenant).parked("71") is None
    desk.hang_up(mine)
    await boss.wait(CallEnded)
    record = await line.record(2, sort="started_at")
    assert [leg["who"] for leg in record.legs] == ["801", "802", "803"]
    await until(lambda: line.service.board.quiet)


async def test_a_parked_call_that_breaks_off_leaves_its_place(line):
    await line.start()
    sales = await line.extension("802", answer_after=0.05)
    boss = await line.extension("801")
    boss.dial("802")
    await boss.wait(CallAnswered)
    taken = (await sales.wait(InviteReceived)).call
    await until(lambda: taken in sales.rtp)
    await sales.rtp[taken].type("*68")
    exchange = line.service.board.exchanges.of(line.tenant)
    await until(lambda: exchange.parked("71"))
    (call,) = line.service.board.calls.values()
    call.break_off()
    assert exchange.parked("71") is None
