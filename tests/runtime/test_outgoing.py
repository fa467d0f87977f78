"""Telephones of ours call out: over which trunk, by which number, and who may not hears why."""

from __future__ import annotations

import contextlib

import pytest
from runtime.conftest import bind, flow, node
from runtime.softphone import HOST, until

from interpreter.control.server import Refused
from interpreter.runtime import commands
from interpreter.sip.events import CallAnswered, CallEnded, CallFailed, CallProgress, InviteReceived
from store import open_store
from store.calling import Outside

pytestmark = pytest.mark.e2e

OFFICE = "01065529988"


@pytest.fixture
def allow(line):
    """Let 801 call so far; the office's number is shown."""

    def allow(calls="national", countries=(), *, shown=OFFICE, trunk=None, record="off"):
        store = open_store(line.settings.database_url)
        store.numbers.create(line.tenant, OFFICE, by="t")
        store.calling.put(line.tenant, 0, shown_number=shown, record=record, by="t")
        (caller,) = (e for e in store.extensions.all(line.tenant) if e.number == "801")
        store.extensions.allow(line.tenant, caller.id, 1, outside=Outside(calls, countries), by="t")
        if trunk is not None:
            store.trunks.create(line.tenant, "carrier", f"{HOST}:{trunk.port}", None, by="t")
        store.close()

    return allow


async def test_a_call_out_shows_the_companys_number_and_is_a_call_like_others(line, allow):
    gateway = await line.phone("gw")
    gateway.answer_after = 0.05
    allow(trunk=gateway)
    await line.start()
    boss = await line.extension("801")
    call = boss.dial("+86 139 0013 9000".replace(" ", ""))
    await boss.wait(CallAnswered)
    incoming = await gateway.wait(InviteReceived)
    assert (incoming.called.user, incoming.caller.user) == ("13900139000", OFFICE)
    assert not incoming.caller_display, "people outside are not told names"
    await until(lambda: incoming.call in gateway.rtp)
    gateway.rtp[incoming.call].speak(0x66)
    await until(lambda: 0x66 in boss.rtp[call].heard)
    gateway.hang_up(incoming.call)
    await boss.wait(CallEnded)
    record = await line.record()
    assert (record.caller, record.called, record.answered_by) == ("801", "8613900139000", "8613900139000")
    assert (record.cause, record.ended_by, record.number) == ("normal", "answerer", "")
    assert [(leg["kind"], leg["trunk"]) for leg in record.legs] == [("caller", ""), ("number", "carrier")]


@pytest.mark.parametrize(("shown", "seen"), [("010-6552 9989", "01065529989"), ("", OFFICE)])
async def test_a_placed_call_shows_the_number_that_was_chosen(line, allow, shown, seen):
    gateway = await line.phone("gw")
    gateway.answer_after = 0.05
    allow(trunk=gateway)
    with contextlib.closing(open_store(line.settings.database_url)) as store:
        store.numbers.create(line.tenant, "01065529989", by="t")
    await line.start()
    boss = await line.extension("801", answer_after=0.05)
    wanted = {"tenant": line.tenant, "from": "801", "to": "13900139000"}
    commands.originate(line.service.board, wanted | ({"shown": shown} if shown else {}))
    incoming = await gateway.wait(InviteReceived)
    assert (incoming.called.user, incoming.caller.user) == ("13900139000", seen)
    gateway.hang_up(incoming.call)
    await boss.wait(CallEnded)


@pytest.mark.parametrize("shown", ["010-6552 9999", "4001110001", "801", "nonsense"])
async def test_nobody_shows_a_number_that_he_has_not(line, allow, shown):
    allow()
    await line.start()
    await line.extension("801")
    with pytest.raises(Refused) as refused:
        commands.originate(
            line.service.board, {"tenant": line.tenant, "from": "801", "to": "13900139000", "shown": shown}
        )
    assert refused.value.code == "not_shown"


@pytest.mark.parametrize(
    ("rights", "dialled", "rule"),
    [
        (("internal",), "13900139000", "internal_only"),
        (("local",), "02165529900", "local_only"),
        (("national",), "00442079460018", "national_only"),
        (("international", ["852"]), "00442079460018", "country_not_allowed"),
    ],
)
async def test_a_call_that_is_not_allowed_hears_why_and_is_recorded(line, allow, rights, dialled, rule):
    gateway = await line.phone("gw")
    allow(*rights, trunk=gateway)
    await line.start()
    boss = await line.extension("801")
    call = boss.dial(dialled)
    await boss.wait(CallProgress, lambda progress: progress.status == 183 and progress.sdp is not None)
    await until(lambda: len(boss.rtp[call].heard_octets()) > 50)  # speech
    boss.events = [event for event in boss.events if not isinstance(event, CallProgress)]
    assert (await boss.wait(CallFailed)).status == 403
    record = await line.record()
    assert (record.cause, record.ended_by, record.called[-8:]) == (rule, "system", dialled[-8:])
    assert record.answered_at is None
    assert not [event for event in gateway.events if isinstance(event, InviteReceived)]


async def test_who_hangs_up_while_the_refusal_is_spoken_was_refused_all_the_same(line, allow):
    allow("internal")
    await line.start()
    boss = await line.extension("801")
    call = boss.dial("13900139000")
    await until(lambda: boss.rtp[call].heard)
    boss.cancel(call)
    await boss.wait(CallFailed)
    record = await line.record()
    assert (record.cause, record.ended_by) == ("internal_only", "caller")
    await until(lambda: line.service.board.quiet)


async def test_help_is_called_by_everybody(line, allow):
    gateway = await line.phone("gw")
    gateway.answer_after = 0.05
    allow("internal", shown=None, trunk=gateway)
    await line.start()
    boss = await line.extension("801")
    boss.dial("110")
    await boss.wait(CallAnswered)
    incoming = await gateway.wait(InviteReceived)
    assert (incoming.called.user, incoming.caller.user) == ("110", "anonymous")
    gateway.hang_up(incoming.call)
    await boss.wait(CallEnded)


async def test_a_telephone_behind_a_trusted_address_is_asked_who_it_is_when_it_calls_out(line, allow):
    allow("national")
    await line.start()
    stranger = await line.phone("801")  # says so, and has no password
    stranger.dial("13900139000")
    assert (await stranger.wait(CallFailed)).status == 401


async def test_a_partner_is_given_to_a_number_outside_under_the_permissions_of_who_gives_him(line, allow):
    gateway = await line.phone("gw")
    gateway.answer_after = 0.05
    allow("national", trunk=gateway)
    await line.start()
    sales = await line.extension("802", answer_after=0.05)
    boss = await line.extension("801")
    call = boss.dial("802")
    await boss.wait(CallAnswered)
    answered = (await sales.wait(InviteReceived)).call
    await until(lambda: answered in sales.rtp)
    sales.refer(answered, "13900139000")  # 802 may not
    await sales.settle()
    assert not [event for event in gateway.events if isinstance(event, InviteReceived)]
    boss.refer(call, "13900139000")
    incoming = await gateway.wait(InviteReceived)
    assert (incoming.called.user, incoming.caller.user) == ("13900139000", OFFICE)
    assert (await boss.wait(CallEnded)).call == call
    gateway.hang_up(incoming.call)
    await sales.wait(CallEnded)


async def test_a_flow_that_sends_our_own_telephone_outside_shows_the_number_that_may_be_shown(line, allow):
    gateway = await line.phone("gw")
    gateway.answer_after = 0.05
    allow(trunk=gateway)
    outside = {"kind": "number", "value": "02165529988"}
    exits = [f"ring {x} end" for x in ("answered", "busy", "no_answer", "offline")]
    store = open_store(line.settings.database_url)
    document = flow("o", [node("ring", "transfer", targets=[outside])], "start next ring", *exits)
    bind(store, line.tenant, "4001110009", document, {})
    store.close()
    await line.start(trusted=())
    boss = await line.extension("801")
    boss.dial("4001110009")
    incoming = await gateway.wait(InviteReceived)
    assert incoming.caller.user == OFFICE
    gateway.hang_up(incoming.call)
    await boss.wait(CallEnded)


@pytest.mark.parametrize(("record", "files"), [("answered", 1), ("off", 0)])
@pytest.mark.parametrize("dialled", ["13900139000", "802"])
async def test_what_extensions_say_is_recorded_as_the_company_wants(line, allow, dialled, record, files):
    gateway = await line.phone("gw")
    gateway.answer_after = 0.05
    allow(trunk=gateway, record=record)
    await line.start()
    sales = await line.extension("802", answer_after=0.05)
    boss = await line.extension("801")
    call = boss.dial(dialled)
    await boss.wait(CallAnswered)
    callee = sales if dialled == "802" else gateway
    incoming = await callee.wait(InviteReceived)
    await until(lambda: incoming.call in callee.rtp)
    callee.rtp[incoming.call].speak(0x66)
    await until(lambda: 0x66 in boss.rtp[call].heard)
    boss.hang_up(call)
    await callee.wait(CallEnded)
    made = await line.record()
    store = open_store(line.settings.database_url)
    recordings = store.calls.recordings(line.tenant, made.id)
    store.close()
    assert len(recordings) == files
    assert all((line.data / recording.path).is_file() for recording in recordings)


async def test_the_carriers_announcement_is_recorded_where_the_company_wants_all(line, allow):
    gateway = await line.phone("gw")
    allow(trunk=gateway, record="whole")
    await line.start()
    boss = await line.extension("801")
    call = boss.dial("13900139000")
    incoming = await gateway.wait(InviteReceived)
    gateway.early_media(incoming)
    gateway.rtp[incoming.call].speak(0x66)
    await until(lambda: 0x66 in boss.rtp[call].heard)
    gateway.ua.incoming.reject(incoming.call, 486, gateway.now)
    gateway.driver.flush()
    assert (await boss.wait(CallFailed)).status == 486
    record = await line.record()
    store = open_store(line.settings.database_url)
    (recording,) = store.calls.recordings(line.tenant, record.id)
    store.close()
    assert record.answered_at is None
    assert recording.seconds > 0
    await until(lambda: line.service.board.quiet)
