"""Extensions whose calls go elsewhere: on the line."""

from __future__ import annotations

import pytest
from runtime.softphone import HOST, until

from interpreter.sip.events import CallAnswered, CallCancelled, CallEnded, CallFailed, InviteReceived
from store import open_store
from store.calling import Outside
from store.forwarding import Destination, Forwarding

pytestmark = pytest.mark.e2e

OFFICE, MOBILE = "01065529988", "13900139000"
HERE = Destination()


@pytest.fixture
def wants(line):
    """Let 801 be reached so; it may call in the country, and the office's number is shown."""

    async def wants(forwarding=None, calls="national"):
        gateway = await line.phone("gw")
        store = open_store(line.settings.database_url)
        store.numbers.create(line.tenant, OFFICE, by="t")
        store.calling.put(line.tenant, 0, shown_number=OFFICE, record="off", by="t")
        store.trunks.create(line.tenant, "carrier", f"{HOST}:{gateway.port}", None, by="t")
        (phone,) = (e for e in store.extensions.all(line.tenant) if e.number == "801")
        store.extensions.allow(line.tenant, phone.id, 1, outside=Outside(calls), by="t")
        if forwarding is not None:
            store.extensions.forward(line.tenant, phone.id, 2, forwarding=forwarding, by="t")
        store.close()
        await line.start()
        return gateway

    return wants


def legs(record):
    return [(leg["who"], leg["cause"]) for leg in record.legs]


async def test_all_calls_go_to_a_number_outside_which_sees_who_calls_and_who_sent_it_on(line, wants):
    gateway = await wants(Forwarding(forwards={"always": MOBILE}))
    gateway.answer_after = 0.05
    caller = await line.phone()
    call = caller.dial("4001110002")  # rings 801
    incoming = await gateway.wait(InviteReceived)
    assert (incoming.called.user, incoming.caller.user) == (MOBILE, "13800138000")
    assert incoming.request.header("Diversion").startswith(f"<sip:{OFFICE}@{HOST}:{line.port}>;reason=unconditional")
    await until(lambda: incoming.call in gateway.rtp)
    gateway.rtp[incoming.call].speak(0x66)
    await until(lambda: 0x66 in caller.rtp[call].heard)
    caller.hang_up(call)
    await gateway.wait(CallEnded)
    record = await line.record()
    assert legs(record)[1:] == [("801", "diverted"), (MOBILE, "released")]


async def test_a_colleague_who_is_sent_on_shows_the_companys_number_outside(line, wants):
    gateway = await wants(Forwarding(forwards={"offline": MOBILE}))
    sales = await line.extension("802")
    call = sales.dial("801")
    incoming = await gateway.wait(InviteReceived)
    assert incoming.caller.user == OFFICE
    sales.cancel(call)
    await gateway.wait(CallCancelled)
    await until(lambda: line.service.board.quiet)


async def test_do_not_disturb_is_busy(line, wants):
    await wants(Forwarding(do_not_disturb=True))
    boss = await line.extension("801")
    sales = await line.extension("802")
    sales.dial("801")
    assert (await sales.wait(CallFailed)).status == 486
    assert not [event for event in boss.events if isinstance(event, InviteReceived)]
    assert (await line.record()).cause == "busy"


async def test_destinations_ring_together_and_outside_1_is_pressed(line, wants):
    gateway = await wants(Forwarding([HERE, Destination(MOBILE, together=True)]))
    gateway.answer_after = 0.05
    boss = await line.extension("801")
    sales = await line.extension("802")
    call = sales.dial("801")
    rung = await boss.wait(InviteReceived)
    incoming = await gateway.wait(InviteReceived)
    await until(lambda: incoming.call in gateway.rtp)
    mobile = gateway.rtp[incoming.call]
    await until(lambda: len(mobile.heard_octets()) > 50)  # speech
    assert not [event for event in sales.events if isinstance(event, CallAnswered)], "nobody has taken it yet"
    mobile.press("1")
    await sales.wait(CallAnswered)
    assert (await boss.wait(CallCancelled)).call == rung.call
    mobile.speak(0x66)
    await until(lambda: 0x66 in sales.rtp[call].heard)
    gateway.hang_up(incoming.call)
    await sales.wait(CallEnded)
    record = await line.record()
    assert record.answered_by == f"86{MOBILE}"
    await until(lambda: line.service.board.quiet)


@pytest.mark.parametrize(("calls", "contacts", "rings"), [
    ("national", "<sip:802@198.51.100.7>", "802"),
    ("national", f"<sip:{MOBILE}@198.51.100.7>", "gw"),
    ("internal", f"<sip:{MOBILE}@198.51.100.7>", None),
    ("internal", f"<sip:{MOBILE}@198.51.100.7>;q=0.9, <sip:802@198.51.100.7>;q=0.2", "802"),
])  # fmt: skip
async def test_a_telephones_own_forward_is_followed_as_its_extension_may_call(line, wants, calls, contacts, rings):
    gateway = await wants(calls=calls)
    phones = {"gw": gateway, "802": await line.extension("802"), "801": await line.extension("801")}
    caller = await line.extension("803")
    call = caller.dial("801")
    rung = await phones["801"].wait(InviteReceived)
    phones["801"].redirect(rung.call, contacts)
    if rings is None:
        assert (await caller.wait(CallFailed)).status == 503
        assert not [event for event in gateway.events if isinstance(event, InviteReceived)]
        return
    incoming = await phones[rings].wait(InviteReceived)
    assert incoming.source.host == HOST
    assert "reason=deflection" in incoming.request.header("Diversion")
    caller.cancel(call)
    await phones[rings].wait(CallCancelled)
    await until(lambda: line.service.board.quiet)


async def test_one_telephone_that_forwards_stops_the_others_of_its_extension(line, wants):
    await wants()
    desk, mobile = await line.extension("801"), await line.extension("801")
    sales, caller = await line.extension("802", answer_after=0.05), await line.extension("803")
    call = caller.dial("801")
    first, second = await desk.wait(InviteReceived), await mobile.wait(InviteReceived)
    desk.redirect(first.call, "<sip:802@h>")
    assert (await mobile.wait(CallCancelled)).call == second.call
    await caller.wait(CallAnswered)
    caller.hang_up(call)
    await sales.wait(CallEnded)
    await until(lambda: line.service.board.quiet)


async def test_a_carrier_sends_no_call_elsewhere(line, wants):
    gateway = await wants()
    sales = await line.extension("802")
    boss = await line.extension("801")
    boss.dial(MOBILE)
    incoming = await gateway.wait(InviteReceived)
    gateway.redirect(incoming.call, "<sip:802@h>")
    assert (await boss.wait(CallFailed)).status == 503
    assert not [event for event in sales.events if isinstance(event, InviteReceived)]


async def test_a_telephone_asks_to_be_left_alone_and_to_be_rung_again(line, wants):
    await wants()
    boss, sales = await line.extension("801"), await line.extension("802")

    async def told(code):
        call = boss.dial(code)
        await boss.wait(CallAnswered)
        await until(lambda: len(boss.rtp[call].heard_octets()) > 50)  # speech
        await boss.wait(CallEnded)

    async def disturbed(on):
        def is_so():
            entry = line.service.board.directory.extension(line.tenant, "801")
            return entry is not None and entry.forwarding.do_not_disturb == on

        await until(is_so)

    await told("*78")
    await disturbed(True)
    sales.dial("801")
    assert (await sales.wait(CallFailed)).status == 486
    await told("*79")
    await disturbed(False)
    call = sales.dial("801")
    await boss.wait(InviteReceived)
    sales.cancel(call)
    await boss.wait(CallCancelled)
    await until(lambda: line.service.board.quiet)
