"""A telephone that has died ends its call whatever it does with its audio; one that is only silent does not."""

from __future__ import annotations

import asyncio
import socket
from functools import partial

import pytest
from runtime.softphone import HOST, SoftPhone, until

from interpreter.runtime import switchboard
from interpreter.sdp import Direction
from interpreter.sip.events import CallAnswered, CallEnded, CallHandle, ReinviteAnswered

pytestmark = pytest.mark.e2e

SILENCE = 0.2


@pytest.fixture
async def soon(line, monkeypatch):
    """A line that asks after 0.2 s of silence, and whose requests are given up after 2 s instead of 32."""
    monkeypatch.setattr(switchboard, "Config", partial(switchboard.Config, t1=0.03, t2=0.12, t4=0.15))
    return await line.start(rtp_timeout_seconds=SILENCE)


class Asked:
    """Counts what the runtime asks this telephone; ``status``: what it answers, None for nothing."""

    def __init__(self, phone: SoftPhone, monkeypatch: pytest.MonkeyPatch, status: int | None = 200) -> None:
        self.times = 0
        receive = phone.listener.datagram_received

        def received(data: bytes, source: tuple[str, int]) -> None:
            if not data.startswith(b"OPTIONS "):
                receive(data, source)
                return
            self.times += 1
            if status == 200:
                receive(data, source)
            elif status is not None:
                head = data.replace(b"Max-Forwards: 70\r\n", b"").split(b"\r\n", 1)[1]
                phone.listener._transport.sendto(f"SIP/2.0 {status} x\r\n".encode() + head, source)  # type: ignore[union-attr]  # it is open

        monkeypatch.setattr(phone.listener, "datagram_received", received)


async def answered(phone: SoftPhone, number: str = "4001110004") -> CallHandle:
    call = phone.dial(number)
    await phone.wait(CallAnswered)
    return call


@pytest.mark.parametrize("direction", [None, Direction.SENDONLY, Direction.RECVONLY, Direction.INACTIVE])
async def test_a_dead_caller_is_noticed(soon, direction):
    """Also one that held the call or only listened when it died."""
    phone = await soon.phone()
    call = await answered(phone)
    if direction is not None:
        phone.reinvite(call, direction)
        await phone.wait(ReinviteAnswered)
    phone.driver.close()
    record = await soon.record()
    assert (record.cause, record.ended_by) == ("media_timeout", "system")


async def test_a_caller_that_has_lost_the_call_is_noticed_at_once(soon, monkeypatch):
    phone = await soon.phone()
    Asked(phone, monkeypatch, 481)
    await answered(phone)
    record = await soon.record()
    assert (record.cause, record.ended_by) == ("media_timeout", "system")


@pytest.mark.parametrize("status", [200, 405, 500])
async def test_a_silent_caller_that_answers_is_there(soon, monkeypatch, status):
    phone = await soon.phone()
    asked = Asked(phone, monkeypatch, status)
    call = await answered(phone)
    await until(lambda: asked.times >= 3)
    assert phone.ua.calls.is_alive(call)
    assert soon.service.board.calls
    phone.hang_up(call)
    assert (await soon.record()).cause == "normal"


REPORT = b"\x80\xc9\x00\x01\x00\x00\x00\x07"


async def test_reports_of_a_caller_that_answers_nothing_are_a_sign_of_life(soon, monkeypatch):
    """They come while it is asked; in between it is silent, or nobody would ask."""
    phone = await soon.phone()
    asked, heard = Asked(phone, monkeypatch, None), 0
    call = await answered(phone)
    stream = phone.rtp[call].stream
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as reports:
        reports.bind((HOST, 0))
        while asked.times < 40:  # each time it is asked some ten times before it is given up
            if asked.times > heard:
                reports.sendto(REPORT, (stream.remote[0], stream.remote[1] + 1))
            heard = asked.times
            await asyncio.sleep(0.02)
    assert phone.ua.calls.is_alive(call)
    phone.hang_up(call)
    assert (await soon.record()).cause == "normal"


async def test_who_sends_reports_alone_is_not_asked(soon, monkeypatch):
    """It listens, muted; another that sends nothing at all is asked and ended meanwhile."""
    listener, dead = await soon.phone(), await soon.phone()
    asked, asked_dead = Asked(listener, monkeypatch, None), Asked(dead, monkeypatch, None)
    call = await answered(listener)
    stream = listener.rtp[call].stream
    other = await answered(dead)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as reports:
        reports.bind((HOST, 0))
        while dead.ua.calls.is_alive(other) and asked_dead.times < 10:
            reports.sendto(REPORT, (stream.remote[0], stream.remote[1] + 1))
            await asyncio.sleep(0.02)
    assert listener.ua.calls.is_alive(call)
    assert asked.times < asked_dead.times
    listener.hang_up(call)


async def test_who_speaks_is_not_asked(soon, monkeypatch):
    phone = await soon.phone()
    asked = Asked(phone, monkeypatch)
    call = await answered(phone)
    phone.rtp[call].speak(0x55)
    heard = len(phone.rtp[call].heard)
    await until(lambda: len(phone.rtp[call].heard) > heard + 8000 * 3 * SILENCE)
    assert asked.times == 0
    phone.hang_up(call)


async def test_a_dead_answerer_ends_the_talk(soon, monkeypatch):
    callee, caller = await soon.extension("801", answer_after=0.02), await soon.phone()
    Asked(caller, monkeypatch)
    call = await answered(caller, "4001110002")
    await until(lambda: callee.rtp)
    callee.driver.close()
    await caller.wait(CallEnded)
    ways = [(step["node"], step["exit"]) for step in (await soon.record()).steps]
    assert ("ring", "answered") in ways
    assert not caller.ua.calls.is_alive(call)
