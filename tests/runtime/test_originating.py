"""Calls that begin with us, and calls in progress that the page monitors and transfers."""

from __future__ import annotations

import json

import pytest
from runtime.conftest import FLOWS, put_sounds
from runtime.softphone import until

from interpreter.control.server import Refused
from interpreter.runtime import commands, live
from interpreter.sip.events import CallAnswered, CallCancelled, CallEnded, InviteReceived

pytestmark = pytest.mark.e2e


async def hears(phone, call, speaker, speakers_call, octet):
    speaker.rtp[speakers_call].speak(octet)
    phone.rtp[call].heard.clear()
    await until(lambda: octet in phone.rtp[call].heard)


def originate(line, first: str, to: str) -> str:
    return str(commands.originate(line.service.board, {"tenant": line.tenant, "from": first, "to": to})["id"])


async def rung(phone):
    """The call that the telephone takes."""
    event = await phone.wait(InviteReceived)
    await until(lambda: event.call in phone.rtp)
    return event


async def test_first_one_telephone_then_the_other(line):
    await line.start()
    desk, sales = await line.extension("801", answer_after=0.05), await line.extension("802", answer_after=0.05)
    originate(line, "801", "802")
    mine, theirs = await rung(desk), await rung(sales)
    assert mine.caller.number == "802", "whom one will talk with"
    assert theirs.caller.number == "801"
    await hears(desk, mine.call, sales, theirs.call, 0x31)
    await hears(sales, theirs.call, desk, mine.call, 0x32)
    sales.hang_up(theirs.call)
    await desk.wait(CallEnded)
    record = await line.record()
    assert (record.caller, record.called, record.answered_by) == ("801", "802", "802")
    assert [(leg["who"], leg["kind"]) for leg in record.legs] == [("801", "extension"), ("802", "extension")]
    await until(lambda: line.service.board.quiet)


async def test_into_a_flow(line):
    await line.start()
    desk = await line.extension("801", answer_after=0.05)
    originate(line, "801", "4001110001")
    mine = await rung(desk)
    await until(lambda: 0x11 in desk.rtp[mine.call].heard)
    desk.rtp[mine.call].press("1")
    await until(lambda: 0x33 in desk.rtp[mine.call].heard)
    await desk.wait(CallEnded)
    record = await line.record()
    assert record.called == "864001110001"


@pytest.mark.parametrize(
    ("first", "to", "code"),
    [
        ("899", "801", "no_extension"),
        ("802", "801", "offline"),
        ("801", "899", "not_reached"),
        ("801", "801", "not_reached"),
        ("801", "*8", "not_reached"),
        ("801", "13800138000", "internal_only"),
    ],
)
async def test_what_cannot_be(line, first, to, code):
    await line.start()
    await line.extension("801")
    with pytest.raises(Refused) as refused:
        originate(line, first, to)
    assert refused.value.code == code
    assert line.service.board.quiet


async def test_another_tenants_extension_is_none(line):
    await line.start()
    await line.extension("801")
    with pytest.raises(Refused, match="no extension"):
        commands.originate(line.service.board, {"tenant": "another", "from": "801", "to": "802"})


async def test_the_first_telephone_declines(line):
    await line.start()
    desk = await line.extension("801")
    desk.reject_with = 486
    originate(line, "801", "802")
    record = await line.record()
    assert (record.cause, record.ended_by, record.answered_at) == ("busy", "system", None)
    await until(lambda: line.service.board.quiet)


async def test_it_is_given_up_while_the_first_telephone_rings(line):
    await line.start()
    desk = await line.extension("801")
    call = originate(line, "801", "802")
    await desk.wait(InviteReceived)
    live.hang_up(line.service.board, {"id": call, "tenant": line.tenant})
    await desk.wait(CallCancelled)
    record = await line.record()
    assert (record.cause, record.ended_by) == ("operator", "operator")
    await until(lambda: line.service.board.quiet)


@pytest.fixture
async def talk(line):
    """801 has called 802; 803 takes calls."""
    await line.start()
    sales, desk = await line.extension("802", answer_after=0.05), await line.extension("803", answer_after=0.05)
    boss = await line.extension("801")
    call = boss.dial("802")
    await boss.wait(CallAnswered)
    taken = await rung(sales)
    return boss, call, sales, taken.call, desk


def running(line) -> dict[str, object]:
    (call,) = line.service.board.calls
    return {"tenant": line.tenant, "id": call}


async def test_the_page_takes_a_talk_over(line, talk):
    boss, call, sales, taken, desk = talk
    commands.monitor(line.service.board, {**running(line), "extension": "803", "how": "take_over"})
    mine = await rung(desk)
    assert mine.caller.number == "802"
    assert (await sales.wait(CallEnded)).call == taken
    await hears(boss, call, desk, mine.call, 0x41)
    await hears(desk, mine.call, boss, call, 0x42)
    boss.hang_up(call)
    await desk.wait(CallEnded)
    await until(lambda: line.service.board.quiet)


async def test_the_page_listens(line, talk):
    boss, call, sales, taken, desk = talk
    commands.monitor(line.service.board, {**running(line), "extension": "803", "how": "listen"})
    mine = await rung(desk)
    boss.rtp[call].speak(0x31)
    await until(lambda: desk.rtp[mine.call].heard_octets() - {0xFF, 0x7F})
    desk.rtp[mine.call].speak(0x55)
    await until(lambda: len(sales.rtp[taken].heard) > 4000)
    assert sales.rtp[taken].heard_octets() <= {0x31, 0xFF, 0x7F}


async def test_the_page_transfers_who_talks_with_an_extension(line, talk):
    boss, call, sales, taken, desk = talk
    commands.transfer(line.service.board, {**running(line), "to": "803"})
    mine = await rung(desk)
    assert (await sales.wait(CallEnded)).call == taken
    await hears(boss, call, desk, mine.call, 0x43)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": "none"}, "no_such_call"),
        ({"tenant": "another"}, "no_such_call"),
        ({"how": "shout"}, "bad_request"),
        ({"extension": "899"}, "no_extension"),
        ({"extension": "801"}, "itself"),
        ({"extension": "802"}, "itself"),
    ],
)
async def test_monitoring_that_cannot_be(line, talk, change, code):
    with pytest.raises(Refused) as refused:
        commands.monitor(line.service.board, {**running(line), "extension": "803", "how": "listen", **change})
    assert refused.value.code == code


async def test_nobody_of_ours_talks_in_it(line):
    await line.start()
    phone = await line.phone()
    phone.dial("4001110001")
    await phone.wait(CallAnswered)
    with pytest.raises(Refused) as refused:
        commands.transfer(line.service.board, {**running(line), "to": "801"})
    assert refused.value.code == "no_talk"


async def tries(line, document, name: str = "0123abcd.json"):
    """The draft at extension 801, as the web process hands it over."""
    folder = line.settings.data / "trials"
    folder.mkdir(exist_ok=True)
    draft = {"flow": "f", "document": document, "prompts": put_sounds(line.settings.data), "caller": "", "called": ""}
    (folder / name).write_text(json.dumps(draft))
    trials = line.service.methods["trial"]
    return await trials({"tenant": line.tenant, "extension": "801", "file": name})


async def test_a_draft_is_tried_and_rings_nobody_else(line):
    await line.start()
    desk, sales = await line.extension("801", answer_after=0.05), await line.extension("802", answer_after=0.05)
    document = json.loads(json.dumps(FLOWS["4001110002"]).replace('"value": "801"', '"value": "802"'))
    await tries(line, document)
    mine = await rung(desk)
    assert live.calls_of(line.service.board, {}) == {"items": []}
    await until(lambda: len(desk.rtp[mine.call].heard_octets() - {0xFF, 0x7F}) > 20)  # words
    desk.rtp[mine.call].press("1")
    desk.rtp[mine.call].heard.clear()
    await until(lambda: len(desk.rtp[mine.call].heard_octets() - {0xFF, 0x7F}) > 20)
    desk.rtp[mine.call].press("#")
    await until(lambda: 0x22 in desk.rtp[mine.call].heard)  # the survey behind ``answered``
    desk.rtp[mine.call].press("5")
    await desk.wait(CallEnded)
    assert not [event for event in sales.events if isinstance(event, InviteReceived)]
    await until(lambda: line.service.board.quiet)
    assert list((line.settings.data / "trials").iterdir()) == []
    phone = await line.phone()
    phone.dial("4001110001")
    await phone.wait(CallAnswered)
    (known,) = phone.rtp
    phone.hang_up(known)
    record = await line.record()
    assert record.called == "864001110001", "the only call that was written down"


@pytest.mark.parametrize("name", ["../x.json", "nothing", "0123abcd.json"])
async def test_a_draft_that_is_not_there(line, name):
    await line.start()
    with pytest.raises(Refused) as refused:
        await line.service.methods["trial"]({"tenant": line.tenant, "extension": "801", "file": name})
    assert refused.value.code in ("bad_request", "cannot_run")


async def test_a_draft_that_is_no_flow(line):
    await line.start()
    await line.extension("801")
    with pytest.raises(Refused) as refused:
        await tries(line, {"format": "zongji.flow/1"})
    assert refused.value.code == "cannot_run"
    assert line.service.board.quiet
