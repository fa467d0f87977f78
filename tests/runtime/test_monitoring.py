"""Operators who listen to a talk, whisper, barge in or take it over; and what else only they may do by codes."""

from __future__ import annotations

import pytest
from runtime.softphone import until

from interpreter.calls.pin_lock import WRONG_PINS
from interpreter.sip.events import CallAnswered, CallEnded, CallFailed, InviteReceived
from store import open_store

pytestmark = pytest.mark.e2e

PIN = "2468"


@pytest.fixture
def store(line):
    opened = open_store(line.settings.database_url)
    yield opened
    opened.close()


@pytest.fixture
async def talk(line, store):
    """801 talks with 802; 803 is there, an operator."""
    store.exchange.put(line.tenant, 0, codes={}, operators=["803"], pin=PIN, by="t")
    await line.start()
    sales, desk = await line.extension("802", answer_after=0.05), await line.extension("803")
    boss = await line.extension("801")
    call = boss.dial("802")
    await boss.wait(CallAnswered)
    taken = (await sales.wait(InviteReceived)).call
    await until(lambda: taken in sales.rtp)
    boss.rtp[call].speak(0x31)
    sales.rtp[taken].speak(0x32)
    return boss, call, sales, taken, desk


async def monitors(desk, dialled: str):
    call = desk.dial(dialled)
    await desk.wait(CallAnswered)
    await desk.rtp[call].type(PIN + "#")
    return call


def clear(*calls) -> None:
    for phone, call in calls:
        phone.rtp[call].heard.clear()


async def hears(phone, call, octets: set[int]) -> None:
    """All of these, and at once: voices are added up, so what is heard is another octet, never silence."""
    phone.rtp[call].heard.clear()
    await until(lambda: octets & phone.rtp[call].heard_octets())


async def test_an_operator_listens_and_nobody_hears_him(line, talk, store):
    boss, call, sales, taken, desk = talk
    mine = await monitors(desk, "*51802")
    await until(lambda: len(desk.rtp[mine].heard_octets() - {0xFF, 0x7F}) and both(desk.rtp[mine]))
    desk.rtp[mine].speak(0x55)
    clear((boss, call), (sales, taken))
    await until(lambda: len(boss.rtp[call].heard) > 8000)
    assert boss.rtp[call].heard_octets() <= {0x32, 0xFF, 0x7F}
    assert sales.rtp[taken].heard_octets() <= {0x31, 0xFF, 0x7F}
    desk.hang_up(mine)
    await hears(boss, call, {0x32})
    boss.hang_up(call)
    await until(lambda: any(entry.action == "call.monitor" for entry in store.audit.page(line.tenant).items))
    entry = next(entry for entry in store.audit.page(line.tenant).items if entry.action == "call.monitor")
    assert (entry.actor_kind, entry.actor, entry.details) == ("extension", "803", {"how": "listen", "extension": "802"})
    assert PIN not in journal_of(line)
    await until(lambda: line.service.board.quiet)


def both(rtp) -> bool:
    """Something was heard that is the sum of two voices."""
    return bool(rtp.heard_octets() - {0x31, 0x32, 0xFF, 0x7F})


def journal_of(line) -> str:
    """Digits as they stand there, one after the other."""
    lines = "".join(path.read_text() for path in sorted(line.settings.data.glob("journal/*.jsonl")))
    return "".join(part[0] for part in lines.split('"d":"')[1:])


async def test_only_one_hears_a_whisper(talk):
    boss, call, sales, taken, desk = talk
    mine = await monitors(desk, "*52802")
    await until(lambda: both(desk.rtp[mine]))
    desk.rtp[mine].speak(0x55)
    await until(lambda: sales.rtp[taken].heard_octets() - {0x31, 0xFF, 0x7F})
    clear((boss, call))
    await until(lambda: len(boss.rtp[call].heard) > 4000)
    assert boss.rtp[call].heard_octets() <= {0x32, 0xFF, 0x7F}


async def test_both_hear_who_barges_in(talk):
    boss, call, sales, taken, desk = talk
    mine = await monitors(desk, "*53802")
    await until(lambda: both(desk.rtp[mine]))
    desk.rtp[mine].speak(0x55)
    await until(lambda: sales.rtp[taken].heard_octets() - {0x31, 0xFF, 0x7F})
    await until(lambda: boss.rtp[call].heard_octets() - {0x32, 0xFF, 0x7F})


async def test_a_talk_is_taken_over(line, talk):
    boss, call, sales, taken, desk = talk
    mine = await monitors(desk, "*54802")
    assert (await sales.wait(CallEnded)).call == taken
    desk.rtp[mine].speak(0x55)
    await hears(boss, call, {0x55})
    await hears(desk, mine, {0x31})
    desk.hang_up(mine)
    await boss.wait(CallEnded)
    await until(lambda: line.service.board.quiet)


async def test_wrong_pins_take_the_pin_away(line, talk, store):
    *_, desk = talk
    mine = desk.dial("*51802")
    await desk.wait(CallAnswered)
    for _ in range(WRONG_PINS):
        await desk.rtp[mine].type("1111#")
    await desk.wait(CallEnded)
    await until(lambda: store.exchange.get(line.tenant).settings.pin == "")
    again = desk.dial("*51802")
    await desk.wait(CallAnswered)
    await desk.rtp[again].type(PIN + "#")
    await desk.wait(CallEnded)
    actions = [entry.action for entry in store.audit.page(line.tenant).items]
    assert ("exchange.lock" in actions, "call.monitor" in actions) == (True, False)


async def test_nobody_talks_there(talk):
    *_, desk = talk
    await monitors(desk, "*51899")
    await desk.wait(CallEnded)


@pytest.mark.parametrize("dialled", ["*51802", "*32"])
async def test_whoever_is_no_operator(talk, dialled):
    boss, *_ = talk
    boss.dial(dialled)
    assert (await boss.wait(CallFailed)).status == 403


async def test_all_numbers_are_switched_to_night_and_back(line, talk, store):
    *_, desk = talk
    for dialled, switch in (("*32", "night"), ("*30", "auto")):
        desk.dial(dialled)
        await desk.wait(CallAnswered)
        await desk.wait(CallEnded)
        switches = {entry.number.switch for entry in store.numbers.page(line.tenant).items}
        assert switches == {switch}
        directory = line.service.board.directory
        await until(lambda switch=switch: line.service.board.directory.number("864001110001").switch == switch)
        assert directory is not None


async def test_an_extension_is_left_in_peace_and_rung_again(line, talk, store):
    boss, call, *_, desk = talk
    boss.hang_up(call)
    desk.dial("*78")
    await desk.wait(CallAnswered)
    await desk.wait(CallEnded)
    await until(lambda: forwarding(line).do_not_disturb)
    boss.dial("803")
    assert (await boss.wait(CallFailed)).status == 486
    desk.dial("*79")
    await desk.wait(CallAnswered)
    await desk.wait(CallEnded)
    await until(lambda: not forwarding(line).do_not_disturb)
    boss.dial("803")
    await desk.wait(InviteReceived)


def forwarding(line):
    return line.service.board.directory.extension(line.tenant, "803").forwarding
