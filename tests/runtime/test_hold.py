"""A telephone that is on hold when its talk begins: the partner hears music until it is back."""

from __future__ import annotations

import pytest
from runtime.softphone import until

from interpreter.sdp import Direction
from interpreter.sip.events import CallAnswered, InviteReceived, ReinviteAnswered

pytestmark = pytest.mark.e2e

TRANSFER = "4001110002"


async def hears_music(rtp):
    rtp.heard.clear()
    await until(lambda: len(set(rtp.heard[-480:])) > 20)


async def hears(rtp, octet):
    rtp.heard.clear()
    await until(lambda: rtp.heard[-480:] == bytes([octet]) * 480)


async def test_a_caller_who_holds_while_it_rings(line):
    await line.start()
    callee, caller = await line.extension("801"), await line.phone()
    call = caller.dial(TRANSFER)
    await caller.wait(CallAnswered)
    incoming = await callee.wait(InviteReceived)
    caller.reinvite(call, Direction.SENDONLY)
    await caller.wait(ReinviteAnswered)
    callee.accept(incoming)
    await hears_music(callee.rtp[incoming.call])
    caller.reinvite(call, Direction.SENDRECV)
    await caller.wait(ReinviteAnswered)
    caller.rtp[call].speak(0x55)
    callee.rtp[incoming.call].speak(0x66)
    await hears(callee.rtp[incoming.call], 0x55)
    await hears(caller.rtp[call], 0x66)


async def test_a_telephone_that_answers_on_hold(line):
    await line.start()
    callee, caller = await line.extension("801"), await line.phone()
    call = caller.dial(TRANSFER)
    await caller.wait(CallAnswered)
    incoming = await callee.wait(InviteReceived)
    callee.accept(incoming, Direction.SENDONLY)
    await hears_music(caller.rtp[call])
    callee.reinvite(incoming.call, Direction.SENDRECV)
    await callee.wait(ReinviteAnswered)
    callee.rtp[incoming.call].speak(0x66)
    await hears(caller.rtp[call], 0x66)
