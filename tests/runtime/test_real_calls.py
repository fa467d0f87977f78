"""Whole calls over loopback sockets: what callers and answerers hear and what the record says."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import pytest
from runtime.conftest import SILENT, bind, flow, node, put_sounds
from runtime.softphone import until

from interpreter.rtp import wav
from interpreter.sdp import Direction
from interpreter.sip.events import (
    CallAnswered,
    CallCancelled,
    CallEnded,
    CallFailed,
    CallProgress,
    InviteReceived,
    ReinviteAnswered,
)
from store import open_store

pytestmark = pytest.mark.e2e


async def test_menu_prompts_without_gap_then_barge_in(line, way):
    await line.start()
    phone = await line.phone()
    call = phone.dial("4001110001")
    await phone.wait(CallAnswered)
    rtp = phone.rtp[call]
    await until(lambda: 0x22 in rtp.heard)
    head = bytes(rtp.heard).lstrip(b"\xff")
    assert head.startswith(b"\x11" * 3200 + b"\x22"), "a.wav to its last sample, then b.wav"
    rtp.press("1")
    await until(lambda: 0x33 in rtp.heard)
    await phone.wait(CallEnded)
    heard = bytes(rtp.heard)
    assert heard.count(0x22) < 2400, "b.wav was cut off"
    assert heard.count(0x33) == 1600, "c.wav was heard to its end"
    record = await line.record()
    assert way(record) == [("start", "next"), ("ask", "1"), ("one", "next"), ("end", None)]
    assert (record.caller, record.called, record.cause, record.ended_by) == (
        "8613800138000", "864001110001", "normal", "flow",
    )  # fmt: skip


async def test_a_wrong_key_and_a_silence_are_told_apart(line, way):
    document = flow(
        "misses",
        [node("ask", "menu", prompt=["c.wav"], keys={"1": "one"}, timeout=1, no_input_attempts=2, **SILENT)],
        "start next ask", "ask 1 end", "ask no_input end", "ask no_match end",
    )  # fmt: skip
    store = open_store(line.settings.database_url)
    bind(store, line.tenant, "4001110009", document, put_sounds(line.data))
    store.close()
    await line.start()
    phone = await line.phone()
    call = phone.dial("4001110009")
    await phone.wait(CallAnswered)
    phone.rtp[call].press("7")
    await phone.wait(CallEnded)
    record = await line.record()
    assert way(record) == [("start", "next"), ("ask", "no_input"), ("end", None)]
    assert [(step["no_input"], step["no_match"]) for step in record.steps] == [(0, 0), (2, 1), (0, 0)]


async def test_key_by_sip_info(line, way):
    await line.start()
    phone = await line.phone()
    call = phone.dial("4001110001")
    await phone.wait(CallAnswered)
    phone.info(call, "1")
    await phone.wait(CallEnded)
    assert ("ask", "1") in way(await line.record())


@pytest.fixture
def elsewhere():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.2", 0))
        yield sock


async def test_behind_nat_keys_come_from_where_the_signalling_comes(line, way, elsewhere):
    await line.start()
    phone = await line.phone()
    call = phone.dial("4001110001", named="10.1.2.3")
    await phone.wait(CallAnswered)
    (leg,) = [call.led.media.id for call in line.service.board.calls.values()]
    phone.rtp[call].press("1", source=elsewhere)
    await until(lambda: line.service.engine.leg_stats(leg)["strangers"] == 6)
    assert line.service.engine.leg_stats(leg)["packets_in"] == 0
    phone.rtp[call].press("1")
    await phone.wait(CallEnded)
    assert ("ask", "1") in way(await line.record())


async def test_behind_a_proxy_the_signallings_source_says_nothing_of_the_audios(line):
    await line.start()
    phone = await line.phone()
    phone.dial("4001110001", headers=[("Via", "SIP/2.0/UDP 10.1.2.3:5060;branch=z9hG4bKbelow;rport")])
    await until(lambda: line.service.board.calls)
    assert [call.led.media.peer_host for call in line.service.board.calls.values()] == [None]


async def test_invite_without_offer(line):
    await line.start()
    phone = await line.phone()
    call = phone.dial("4001110004", sdp=False)
    answered = await phone.wait(CallAnswered)
    assert b"m=audio" in answered.sdp
    phone.hang_up(call)


async def test_talk_both_hear_each_other_then_survey(line, way):
    await line.start()
    callee = await line.extension("801")
    caller = await line.phone()
    call = caller.dial("4001110002")
    await caller.wait(CallAnswered)
    incoming = await callee.wait(InviteReceived)
    assert incoming.caller.user == "13800138000", "as it can be dialled back"
    await until(lambda: len(caller.rtp[call].heard_octets()) > 20)  # the ringing tone
    callee.accept(incoming)
    caller.rtp[call].speak(0x55)
    callee.rtp[incoming.call].speak(0x66)
    await until(lambda: 0x66 in caller.rtp[call].heard and 0x55 in callee.rtp[incoming.call].heard)
    await asyncio.sleep(0.5)
    caller.rtp[call].heard.clear()
    callee.hang_up(incoming.call)
    await until(lambda: 0x22 in caller.rtp[call].heard)
    caller.rtp[call].press("5")
    await caller.wait(CallEnded)
    record = await line.record()
    assert record.answered_by == "801"
    assert way(record) == [("start", "next"), ("ring", "answered"), ("survey", "5"), ("end", None)]
    store = open_store(line.settings.database_url)
    (recording,) = store.calls.recordings(line.tenant, record.id)
    store.close()
    wave = wav.read(line.data / recording.path)
    assert wave.channels == 2
    assert wave.seconds == pytest.approx(recording.seconds, abs=0.3)
    assert (abs(wave.samples).max(axis=0) > 0).all(), "both sides are on it"


async def test_caller_hangs_up_in_the_talk(line):
    await line.start()
    callee = await line.extension("801", answer_after=0.05)
    caller = await line.phone()
    call = caller.dial("4001110002")
    await caller.wait(CallAnswered)
    incoming = await callee.wait(InviteReceived)
    await until(lambda: incoming.call in callee.rtp)
    await asyncio.sleep(0.3)
    caller.hang_up(call)
    await callee.wait(CallEnded)
    record = await line.record()
    assert (record.cause, record.ended_by, record.answered_by) == ("normal", "caller", "801")


async def test_caller_gives_up_while_it_rings(line, way):
    await line.start()
    callee = await line.extension("801")
    caller = await line.phone()
    call = caller.dial("4001110002")
    await caller.wait(CallAnswered)
    await callee.wait(InviteReceived)
    caller.hang_up(call)
    await callee.wait(CallCancelled)
    assert way(await line.record()) == [("start", "next"), ("ring", None)]
    await until(lambda: line.service.board.quiet)


@pytest.mark.parametrize(
    ("status", "exit_"), [(486, "busy"), (603, "busy"), (480, "offline"), (408, "no_answer"), (None, "offline")]
)
async def test_nobody_answers(line, way, status, exit_):
    await line.start()
    if status is not None:
        callee = await line.extension("801")
        callee.reject_with = status
    caller = await line.phone()
    call = caller.dial("4001110002")
    await caller.wait(CallAnswered)
    await until(lambda: 0x33 in caller.rtp[call].heard)
    await caller.wait(CallEnded)
    assert ("ring", exit_) in way(await line.record())


async def test_first_of_two_telephones_wins(line):
    await line.start()
    desk, soft = await line.extension("801"), await line.extension("801", answer_after=0.2)
    caller = await line.phone()
    caller.dial("4001110002")
    await desk.wait(InviteReceived)
    await desk.wait(CallCancelled)
    await until(lambda: soft.rtp)
    caller.hang_up(next(iter(caller.rtp)))
    await soft.wait(CallEnded)


async def test_voicemail_by_key(line, way):
    await line.start()
    phone = await line.phone()
    call = phone.dial("4001110003")
    await phone.wait(CallAnswered)
    rtp = phone.rtp[call]
    await until(lambda: len(rtp.heard_octets() - {0xFF, 0x33}) > 20)  # the beep
    await asyncio.sleep(0.4)
    for octet in (0x15, 0x95) * 20:
        rtp.speak(octet)
        await asyncio.sleep(0.02)
    rtp.press("#")
    await phone.wait(CallEnded)
    record = await line.record()
    assert ("leave", "recorded") in way(record)
    store = open_store(line.settings.database_url)
    (message,) = store.voicemails.page(line.tenant).items
    store.close()
    assert message.box == "801"
    assert message.seconds > 0.5
    assert wav.read(line.data / message.path).channels == 1


async def test_hang_up_keeps_the_message(line):
    await line.start()
    phone = await line.phone()
    call = phone.dial("4001110003")
    await phone.wait(CallAnswered)
    await until(lambda: list(line.data.glob("voicemail/*/*.wav")))
    phone.rtp[call].speak(0x15)
    await asyncio.sleep(0.6)
    phone.hang_up(call)
    record = await line.record()
    assert record.ended_by == "caller"
    store = open_store(line.settings.database_url)
    (message,) = store.voicemails.page(line.tenant).items
    store.close()
    assert message.call_id == record.id


async def test_voicemail_stopped_by_a_key_in_sip_info(line, way):
    await line.start()
    phone = await line.phone()
    call = phone.dial("4001110003")
    await phone.wait(CallAnswered)
    await until(lambda: list(line.data.glob("voicemail/*/*.wav")))
    for octet in (0x15, 0x95) * 20:
        phone.rtp[call].speak(octet)
        await asyncio.sleep(0.02)
    phone.info(call, "#")
    await phone.wait(CallEnded)
    assert ("leave", "recorded") in way(await line.record())


async def test_hang_up_during_the_beep_leaves_no_message(line, way):
    await line.start()
    phone = await line.phone()
    call = phone.dial("4001110003")
    await phone.wait(CallAnswered)
    await until(lambda: len(phone.rtp[call].heard_octets() - {0xFF, 0x33}) > 10)
    phone.hang_up(call)
    record = await line.record()
    assert record.ended_by == "caller"
    await until(lambda: not list(line.data.glob("voicemail/*/*.wav")))


async def test_hold_stops_our_audio_and_resume_starts_it(line):
    await line.start(rtp_timeout_seconds=0.5)
    phone = await line.phone()
    call = phone.dial("4001110004")
    await phone.wait(CallAnswered)
    rtp = phone.rtp[call]
    rtp.speak(0x55)
    await until(lambda: 0x11 in rtp.heard)
    phone.reinvite(call, Direction.INACTIVE)
    await phone.wait(ReinviteAnswered)
    rtp.speak(None)
    await asyncio.sleep(0.1)
    rtp.heard.clear()
    await asyncio.sleep(0.8)
    assert not rtp.heard
    assert phone.ua.calls.is_alive(call), "a caller on hold is not a dead one"
    phone.reinvite(call, Direction.SENDRECV)
    await phone.wait(ReinviteAnswered)
    rtp.speak(0x55)
    await until(lambda: 0x11 in rtp.heard)
    phone.hang_up(call)


async def test_extension_calls_extension(line):
    await line.start()
    callee, caller = await line.extension("802", answer_after=0.1), await line.extension("801")
    call = caller.dial("802")
    await caller.wait(CallProgress, lambda e: e.status == 180)
    await caller.wait(CallAnswered)
    caller.rtp[call].speak(0x55)
    await until(lambda: callee.rtp and 0x55 in next(iter(callee.rtp.values())).heard)
    callee.hang_up(next(iter(callee.rtp)))
    await caller.wait(CallEnded)
    record = await line.record()
    assert (record.caller, record.called, record.answered_by, record.flow_id) == ("801", "802", "802", None)
    assert (record.cause, record.ended_by) == ("normal", "answerer")


async def test_the_caller_ends_a_talk_between_extensions(line):
    await line.start()
    callee, caller = await line.extension("802", answer_after=0.05), await line.extension("801")
    call = caller.dial("802")
    await caller.wait(CallAnswered)
    caller.hang_up(call)
    await callee.wait(CallEnded)
    record = await line.record()
    assert (record.cause, record.ended_by) == ("normal", "caller")


@pytest.mark.parametrize(
    ("reject", "status"), [(486, 486), (None, 480)], ids=["busy", "not registered"]
)
async def test_extension_hears_why(line, reject, status):
    await line.start()
    if reject:
        callee = await line.extension("802")
        callee.reject_with = reject
    caller = await line.extension("801")
    caller.dial("802")
    assert (await caller.wait(CallFailed)).status == status
    record = await line.record()
    assert (record.cause, record.ended_by) == ("busy" if reject else "normal", "system"), "there is no flow to have"


async def test_busy_beside_a_telephone_that_was_unplugged_is_busy(line, monkeypatch):
    """It keeps the other's word from the caller for a moment, not until ringing ends."""
    monkeypatch.setattr("interpreter.runtime.legs.fork.SILENT_SECONDS", 0.2)
    await line.start()
    unplugged, busy = await line.extension("802"), await line.extension("802")
    unplugged.driver.close()
    busy.reject_with = 486
    caller = await line.extension("801")
    caller.dial("802")
    assert (await caller.wait(CallFailed)).status == 486
    assert (await line.record()).cause == "busy"


@pytest.mark.parametrize("status", [600, 603])
async def test_who_declines_on_one_telephone_declines_on_all(line, status):
    await line.start()
    callee, elsewhere = await line.extension("802"), await line.extension("802")
    caller = await line.extension("801")
    caller.dial("802")
    await elsewhere.wait(InviteReceived)
    incoming = await callee.wait(InviteReceived)
    callee.ua.incoming.reject(incoming.call, status, callee.now)
    callee.driver.flush()
    await elsewhere.wait(CallCancelled)
    assert (await caller.wait(CallFailed)).status == 486
    assert (await line.record()).cause == "busy"


async def test_a_busy_telephone_leaves_the_others_ringing(line):
    await line.start()
    callee, elsewhere = await line.extension("802"), await line.extension("802")
    caller = await line.extension("801")
    callee.reject_with = 486
    call = caller.dial("802")
    elsewhere.accept(await elsewhere.wait(InviteReceived))
    await caller.wait(CallAnswered)
    caller.hang_up(call)


async def test_an_answer_that_nobody_acknowledges_is_its_own_cause(line):
    await line.start()
    phone = await line.phone()
    phone.dial("4001110004")
    await phone.wait(CallAnswered)
    board = line.service.board
    driver = board.driver
    (handle,) = driver.owners
    board.on_sip(driver, CallEnded(call=handle, cause="ack_timeout"))  # after 32 s, with a BYE of the UA's
    record = await line.record()
    assert (record.cause, record.ended_by) == ("no_ack", "system")
    assert not driver.owners


async def test_extension_gives_up(line):
    await line.start()
    callee, caller = await line.extension("802"), await line.extension("801")
    call = caller.dial("802")
    await callee.wait(InviteReceived)
    caller.cancel(call)
    await callee.wait(CallCancelled)
    record = await line.record()
    assert (record.answered_at, record.ended_by) == (None, "caller")


@pytest.mark.parametrize(
    ("user", "secret", "number", "status"),
    [
        ("139", None, "4009999999", 404),
        ("801", "wrong", "802", 401),
        ("139", None, "802", 401),
        ("801", "geheim", "809", 404),
        ("801", "geheim", "13812345678", 403),
        ("801", "geheim", "801", 486),
    ],
)
async def test_who_may_not_call_whom(line, user, secret, number, status):
    await line.start()
    phone = await line.phone(user, secret)
    phone.dial(number)
    assert (await phone.wait(CallFailed)).status == status


async def test_wrong_password_registers_nobody(line):
    await line.start()
    phone = await line.phone("801", "wrong")
    assert await phone.register() == 401


async def test_strangers_reach_nothing(line):
    await line.start(trusted=())
    phone = await line.phone()
    phone.dial("4001110001")
    assert (await phone.wait(CallFailed)).status == 401


async def test_above_the_limit_callers_are_told_to_come_back(line):
    await line.start()
    line.service.board.gate.overload._limits = replace(line.settings.limits, max_calls=1)
    first, second = await line.phone(), await line.phone()
    call = first.dial("4001110004")
    await first.wait(CallAnswered)
    second.dial("4001110004")
    failed = await second.wait(CallFailed)
    assert (failed.status, failed.retry_after) == (503, 5.0)
    rtp = first.rtp[call]
    rtp.heard.clear()
    await until(lambda: 0x11 in rtp.heard)  # the first call goes on
    first.hang_up(call)


async def test_a_fault_in_one_call_ends_only_that_call(line, caplog):
    await line.start()
    healthy, sick = await line.phone(), await line.phone("13800000001")
    good = healthy.dial("4001110004")
    await healthy.wait(CallAnswered)
    bad = sick.dial("4001110001")
    await sick.wait(CallAnswered)
    (victim,) = [c for c in line.service.board.calls.values() if c.about.caller == "8613800000001"]
    victim._session = None
    sick.rtp[bad].press("1")
    await sick.wait(CallEnded)
    record = await line.record()
    assert (record.cause, record.ended_by) == ("error", "system")
    assert f"call {victim.id}: incident" in caplog.text
    healthy.rtp[good].heard.clear()
    await until(lambda: 0x11 in healthy.rtp[good].heard)
    healthy.hang_up(good)


async def test_a_lost_prompt_takes_the_error_exit(line, way):
    await line.start()
    phone = await line.phone()
    phone.dial("4001110005")
    await phone.wait(CallEnded)
    assert [node for node, _ in way(await line.record())] == ["start", "say", "end"]


async def test_stop_parts_from_callers_and_loses_nothing(line):
    await line.start()
    phone = await line.phone()
    phone.dial("4001110004")
    await phone.wait(CallAnswered)
    service = line.service
    line._service = None
    await service.stop()
    await phone.wait(CallEnded)
    record = await line.record()
    assert (record.cause, record.ended_by) == ("shutdown", "system")
    assert not list((line.data / "journal").iterdir()), "all is in the database"


async def test_octets_that_are_no_utf8_are_replaced(line):
    """In every field that a stranger fills and that goes on record or on show."""
    await line.start()
    rubbish = b"x\xff".decode("utf-8", "surrogateescape")
    phone = await line.phone(user=rubbish)
    phone.dial("4001110004")
    await phone.wait(CallAnswered)
    (call,) = line.service.board.calls.values()
    assert call.about.caller == "x�"
    phone.hang_up(next(iter(phone.rtp)))
    record = await line.record()
    assert (record.caller, record.ended_by) == ("x�", "caller")
    health = line.service.health.report({})
    assert (health["journal"], health["mover"]) == ("ok", "ok")
