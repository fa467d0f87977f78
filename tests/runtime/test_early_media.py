"""What a caller hears while somebody is rung: the callee's own sound where it comes, else our ringing tone."""

from __future__ import annotations

import pytest
from runtime.conftest import AFTER, bind, flow, node
from runtime.softphone import until

from interpreter.sip.events import CallAnswered, CallCancelled, CallEnded, CallFailed, CallProgress, InviteReceived
from store import open_store

pytestmark = pytest.mark.e2e

TRANSFER, TOGETHER = "4001110002", "4001110030"
ANNOUNCEMENT, CALLER = 0x66, 0x55


@pytest.fixture
async def rung(line):
    """A caller whom a flow has answered, and 801 whom it rings."""
    await line.start()
    callee = await line.extension("801")
    caller = await line.phone()
    call = caller.dial(TRANSFER)
    await caller.wait(CallAnswered)
    return caller, caller.rtp[call], callee, await callee.wait(InviteReceived)


async def hears(rtp, octet):
    rtp.heard.clear()
    await until(lambda: rtp.heard[-480:] == bytes([octet]) * 480)


async def hears_it_ring(rtp):
    rtp.heard.clear()
    await until(lambda: len(set(rtp.heard[-480:])) > 20)


async def test_what_the_callee_sends_is_heard_until_and_through_its_answer(line, rung):
    _, rtp, callee, incoming = rung
    await hears_it_ring(rtp)
    callee.early_media(incoming)
    callee.rtp[incoming.call].speak(ANNOUNCEMENT)
    await hears(rtp, ANNOUNCEMENT)
    rtp.press("5")
    await until(lambda: callee.rtp[incoming.call].events)
    callee.accept(incoming)
    rtp.speak(CALLER)
    await hears(callee.rtp[incoming.call], CALLER)
    await hears(rtp, ANNOUNCEMENT)
    callee.hang_up(incoming.call)
    await until(lambda: 0x22 in rtp.heard)  # the flow goes on


async def test_a_description_alone_is_no_sound(rung):
    _, rtp, callee, incoming = rung
    callee.early_media(incoming)
    await callee.settle()
    rtp.heard.clear()
    await until(lambda: len(rtp.heard) > 4000)  # long after anything of it could have been heard
    await hears_it_ring(rtp)


async def test_where_it_stops_it_rings_again_and_where_it_goes_on_it_is_heard(rung):
    _, rtp, callee, incoming = rung
    callee.early_media(incoming)
    callee.rtp[incoming.call].speak(ANNOUNCEMENT)
    await hears(rtp, ANNOUNCEMENT)
    callee.rtp[incoming.call].speak(None)
    await hears_it_ring(rtp)
    callee.rtp[incoming.call].speak(ANNOUNCEMENT)
    await hears(rtp, ANNOUNCEMENT)


async def test_who_says_that_it_only_rings_is_not_heard_any_more(rung):
    _, rtp, callee, incoming = rung
    callee.early_media(incoming)
    callee.rtp[incoming.call].speak(ANNOUNCEMENT)
    await hears(rtp, ANNOUNCEMENT)
    callee.rings(incoming)
    await hears_it_ring(rtp)


async def test_a_caller_who_is_not_answered_hears_it_as_early_media(line):
    await line.start()
    callee, caller = await line.extension("801"), await line.extension("802")
    call = caller.dial("801")
    incoming = await callee.wait(InviteReceived)
    callee.early_media(incoming)
    callee.rtp[incoming.call].speak(ANNOUNCEMENT)
    await caller.wait(CallProgress, lambda event: event.status == 183)
    await hears(caller.rtp[call], ANNOUNCEMENT)
    callee.ua.incoming.reject(incoming.call, 486, callee.now)
    callee.driver.flush()
    assert (await caller.wait(CallFailed)).status == 486
    await until(lambda: line.service.board.quiet)


async def test_a_caller_who_gives_up_takes_it_all_with_him(line, rung):
    caller, rtp, callee, incoming = rung
    callee.early_media(incoming)
    callee.rtp[incoming.call].speak(ANNOUNCEMENT)
    await hears(rtp, ANNOUNCEMENT)
    (call,) = caller.rtp
    caller.hang_up(call)
    await callee.wait(CallCancelled)
    await until(lambda: line.service.board.quiet)


async def test_of_several_who_are_rung_nobody_is_heard_until_one_is_left(line):
    targets = [{"kind": "extension", "value": number} for number in ("801", "802")]
    ring = node("ring", "transfer", targets=targets, strategy="simultaneous", ring_seconds=60)
    after = node("after", "play", prompt=["c.wav"])
    store = open_store(line.settings.database_url)
    bind(store, line.tenant, TOGETHER, flow("together", [ring, after], "start next ring", "ring answered end", *AFTER,
                                            "after next end"), {})
    store.close()
    await line.start()
    first, second, caller = await line.extension("801"), await line.extension("802"), await line.phone()
    call = caller.dial(TOGETHER)
    await caller.wait(CallAnswered)
    silent, loud = await first.wait(InviteReceived), await second.wait(InviteReceived)
    second.early_media(loud)
    second.rtp[loud.call].speak(ANNOUNCEMENT)
    await second.settle()
    await hears_it_ring(caller.rtp[call])
    first.ua.incoming.reject(silent.call, 486, first.now)
    first.driver.flush()
    await hears(caller.rtp[call], ANNOUNCEMENT)


async def test_a_telephone_that_was_unplugged_is_not_silence(line):
    await line.start()
    callee = await line.extension("801")
    callee.close()
    line.phones.remove(callee)
    caller = await line.phone()
    call = caller.dial(TRANSFER)
    await caller.wait(CallAnswered)
    await hears_it_ring(caller.rtp[call])
    caller.hang_up(call)
    await until(lambda: not line.service.board.calls)


async def test_a_refusal_ends_it_and_the_flow_goes_on(line, rung):
    caller, rtp, callee, incoming = rung
    callee.early_media(incoming)
    callee.rtp[incoming.call].speak(ANNOUNCEMENT)
    await hears(rtp, ANNOUNCEMENT)
    callee.ua.incoming.reject(incoming.call, 603, callee.now)
    callee.driver.flush()
    await caller.wait(CallEnded)  # the flow leaves by busy
    await until(lambda: line.service.board.quiet)
