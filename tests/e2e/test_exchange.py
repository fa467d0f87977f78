"""Pick-up, park, monitoring and the mailbox on the real line: who hears whom, and who does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from e2e.test_first_call import listen

from support.desk import answer_with
from support.flow_documents import flow, node
from support.hearing import hears_tones, tone_heard
from support.linphone import Linphone
from support.patience import until
from support.server import Api, Zongji
from support.sound import rms

pytestmark = pytest.mark.e2e

TO_801, CONFERENCE, QUEUE, BOX = "4001237001", "4001237002", "4001237003", "4001237004"
CALLER_HZ, SALES_HZ, DESK_HZ, LINPHONE_HZ = 1100, 700, 900, 1300
PIN = "2580"


@pytest.fixture(scope="module")
def company(api: Api) -> None:
    """Numbers that lead to 801, into a conference, into a queue of 803, and into the box of 801."""
    exits = ("answered", "busy", "no_answer", "offline")
    answer_with(api, TO_801, flow(
        node("ring", "transfer", targets=[{"kind": "extension", "value": "801"}], ring_seconds=60),
        node("bye", "hangup"), edges=",".join(f"ring.{name} -> bye" for name in exits)))
    answer_with(api, CONFERENCE, flow(
        node("meet", "conference", room="r", music=False, tones=False), node("bye", "hangup"),
        edges="meet.left -> bye, meet.denied -> bye"))
    api.post("/groups", {"name": "线席", "members": [{"number": "803"}]})
    answer_with(api, QUEUE, flow(
        node("wait", "queue", group="线席", announce_seconds=300), node("bye", "hangup"),
        edges=",".join(f"wait.{name} -> bye" for name in ("answered", "timeout", "full", "nobody", "key"))))
    answer_with(api, BOX, flow(
        node("leave", "voicemail", box="801", greeting=[]), node("bye", "hangup"),
        edges="leave.recorded -> bye, leave.empty -> bye"))
    now = api.get("/exchange")
    api.put("/exchange", {"revision": now["revision"], "codes": {}, "operators": ["803"], "pin": PIN})


@pytest.fixture
def caller(phones: Any, company: None) -> Any:
    return phones("13800138000", frequency=CALLER_HZ)


@pytest.fixture
def talk(phones: Any, caller: Any) -> tuple[Any, Any, Any]:
    """A caller and 801 who talk, and 803 beside."""
    sales, desk = phones("801", answer="auto", frequency=SALES_HZ), phones("803", frequency=DESK_HZ)
    caller.dial(TO_801)
    sales.wait_for("CALL_ESTABLISHED")
    hears_tones(caller, SALES_HZ)
    return caller, sales, desk


def test_a_call_is_picked_up_by_another_telephone(phones: Any, caller: Any) -> None:
    sales, desk = phones("801", frequency=SALES_HZ), phones("803", frequency=DESK_HZ)
    caller.dial(TO_801)
    sales.wait_for("CALL_INCOMING")
    desk.dial("**801")
    sales.wait_for("CALL_CLOSED")
    hears_tones(desk, CALLER_HZ)
    hears_tones(caller, DESK_HZ)
    caller.hang_up()
    desk.wait_for("CALL_CLOSED")


def test_a_call_is_parked_and_fetched(talk: tuple[Any, Any, Any]) -> None:
    caller, sales, desk = talk
    sales.press("*68")
    sales.wait_for("CALL_CLOSED")  # has heard the place
    assert not tone_heard(caller, SALES_HZ)
    assert rms(caller.heard()[-8000:]) > 100, "music"
    desk.dial("71")
    hears_tones(desk, CALLER_HZ)
    hears_tones(caller, DESK_HZ)
    desk.hang_up()
    caller.wait_for("CALL_CLOSED")


@pytest.mark.parametrize(
    ("code", "caller_hears", "sales_hears"),
    [("*51", False, False), ("*52", False, True), ("*53", True, True)],
)
def test_an_operator_listens_whispers_or_barges_in(
    talk: tuple[Any, Any, Any], code: str, caller_hears: bool, sales_hears: bool
) -> None:
    caller, sales, desk = talk
    desk.dial(f"{code}801")
    desk.wait_for("CALL_ESTABLISHED")
    desk.press(f"{PIN}#")
    hears_tones(desk, CALLER_HZ, SALES_HZ)
    listen(1.5)
    assert (tone_heard(caller, DESK_HZ), tone_heard(sales, DESK_HZ)) == (caller_hears, sales_hears)
    assert tone_heard(caller, SALES_HZ), "the talk goes on"
    assert tone_heard(sales, CALLER_HZ)
    desk.hang_up()
    caller.hang_up()
    sales.wait_for("CALL_CLOSED")


def test_a_telephone_hears_its_messages(phones: Any, caller: Any, api: Api) -> None:
    caller.dial(BOX)
    caller.wait_for("CALL_ESTABLISHED")
    listen(3)
    caller.hang_up()
    api.eventually("/voicemails", lambda page: any(item["box"] == "801" for item in page["items"]))
    sales = phones("801")
    sales.dial("*97")
    sales.wait_for("CALL_ESTABLISHED")
    hears_tones(sales, CALLER_HZ)
    sales.press("3")
    api.eventually("/voicemails", lambda page: all(item["box"] != "801" for item in page["items"]))
    sales.hang_up()


# another maker's telephone


@pytest.fixture
def dials(zongji: Zongji, linphone: Linphone) -> Callable[[str], None]:
    return lambda number: linphone.say(f"call sip:{number}@127.0.0.1:{zongji.sip_port}")


def test_linphone_picks_up_and_parks(
    phones: Any, caller: Any, linphone: Linphone, dials: Callable[[str], None]
) -> None:
    sales = phones("801", frequency=SALES_HZ)
    caller.dial(TO_801)
    sales.wait_for("CALL_INCOMING")
    dials("**801")
    sales.wait_for("CALL_CLOSED")
    hears_tones(caller, LINPHONE_HZ)
    for key in "*68":
        linphone.say(key)
        listen(0.3)
    until(lambda: not tone_heard(caller, LINPHONE_HZ, 1.0) and rms(caller.heard()[-4000:]) > 100)
    desk = phones("802", frequency=DESK_HZ)
    desk.dial("71")
    hears_tones(caller, DESK_HZ)
    hears_tones(desk, CALLER_HZ)
    caller.hang_up()


def test_linphone_gives_its_partner_on(phones: Any, caller: Any, linphone: Linphone, zongji: Zongji) -> None:
    sales = phones("802", answer="auto", frequency=SALES_HZ)
    caller.dial(QUEUE)
    hears_tones(caller, LINPHONE_HZ)
    linphone.say(f"transfer sip:802@127.0.0.1:{zongji.sip_port}")
    sales.wait_for("CALL_ESTABLISHED")
    hears_tones(caller, SALES_HZ)
    hears_tones(sales, CALLER_HZ)
    until(lambda: not tone_heard(caller, LINPHONE_HZ, 1.0))
    assert tone_heard(caller, SALES_HZ, 1.0)
    caller.hang_up()


def test_linphone_takes_part_in_a_conference(phones: Any, caller: Any, dials: Callable[[str], None]) -> None:
    other = phones("13800138001", frequency=SALES_HZ)
    caller.dial(CONFERENCE)
    other.dial(CONFERENCE)
    dials(CONFERENCE)
    hears_tones(caller, SALES_HZ, LINPHONE_HZ)
    hears_tones(other, CALLER_HZ, LINPHONE_HZ)
    assert not tone_heard(caller, CALLER_HZ)
    caller.hang_up()
    other.hang_up()
