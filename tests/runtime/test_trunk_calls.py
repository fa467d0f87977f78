"""Calls over trunks, rubbish at the SIP port, a database that goes away: over real sockets."""

from __future__ import annotations

import asyncio
import random
import socket

import pytest
from runtime.conftest import bind, flow, node
from runtime.softphone import HOST, until

from interpreter.runtime.names import HostNames
from interpreter.runtime.reception import hops_left
from interpreter.sip.events import CallAnswered, CallEnded, CallFailed, InviteReceived
from interpreter.sip.message import Request
from store import open_store

pytestmark = pytest.mark.e2e

OUTSIDE = {"kind": "number", "value": "02165529988"}
EXITS = ("answered", "busy", "no_answer", "offline")
TO_NUMBER = flow(
    "outside", [node("ring", "transfer", targets=[OUTSIDE])], "start next ring", *[f"ring {x} end" for x in EXITS]
)


async def with_trunks(line, *ports_and_channels, **settings):
    """A started line whose number 400 111 0009 calls out over trunks at these ports."""
    store = open_store(line.settings.database_url)
    for name, (port, channels) in zip("abc", ports_and_channels, strict=False):
        store.trunks.create(line.tenant, name, f"{HOST}:{port}", channels, by="t")
    bind(store, line.tenant, "4001110009", TO_NUMBER, {})
    store.close()
    return await line.start(**settings)


async def test_an_outside_number_over_the_second_trunk_when_the_first_is_broken(line, way):
    broken, good, caller = await line.phone("gw1"), await line.phone("gw2"), await line.phone()
    await with_trunks(line, (broken.port, None), (good.port, None))
    broken.reject_with, good.answer_after = 503, 0.05
    call = caller.dial("4001110009")
    await caller.wait(CallAnswered)
    incoming = await good.wait(InviteReceived)
    assert (incoming.called.user, incoming.caller.user) == ("02165529988", "13800138000")
    await until(lambda: incoming.call in good.rtp)
    good.rtp[incoming.call].speak(0x66)
    await until(lambda: 0x66 in caller.rtp[call].heard)
    good.hang_up(incoming.call)
    await caller.wait(CallEnded)
    assert way(await line.record()) == [("start", "next"), ("ring", "answered"), ("end", None)]


async def test_who_answered_is_recorded_as_every_number(line):
    gateway, caller = await line.phone("gw"), await line.phone()
    await with_trunks(line, (gateway.port, None))
    gateway.answer_after = 0.05
    call = caller.dial("4001110009")
    incoming = await gateway.wait(InviteReceived)
    await until(lambda: incoming.call in gateway.rtp)
    gateway.rtp[incoming.call].speak(0x66)
    await until(lambda: 0x66 in caller.rtp[call].heard)
    gateway.hang_up(incoming.call)
    await caller.wait(CallEnded)
    assert (await line.record()).answered_by == "862165529988"


async def test_a_busy_callee_is_not_tried_over_the_next_trunk(line, way):
    first, second, caller = await line.phone("gw1"), await line.phone("gw2"), await line.phone()
    await with_trunks(line, (first.port, None), (second.port, None))
    first.reject_with = 486
    caller.dial("4001110009")
    await caller.wait(CallEnded)
    assert ("ring", "busy") in way(await line.record())
    assert not [event for event in second.events if isinstance(event, InviteReceived)]


async def test_a_trunk_whose_name_has_no_address_is_passed_over(line, way, monkeypatch):
    def nobody(host):
        raise OSError("no such name")

    monkeypatch.setattr("interpreter.runtime.service.HostNames", lambda: HostNames(nobody))
    good, caller = await line.phone("gw"), await line.phone()
    store = open_store(line.settings.database_url)
    store.trunks.create(line.tenant, "0", "sip.carrier.example", None, by="t")
    store.close()
    await with_trunks(line, (good.port, None))
    good.reject_with = 486
    caller.dial("4001110009")
    await good.wait(InviteReceived)
    await caller.wait(CallEnded)
    assert ("ring", "busy") in way(await line.record())


async def test_a_trunk_has_so_many_channels_and_no_more(line, way):
    gateway, first, second = await line.phone("gw"), await line.phone(), await line.phone()
    await with_trunks(line, (gateway.port, 1))
    gateway.answer_after = 0.05
    call = first.dial("4001110009")
    await until(lambda: gateway.rtp)
    second.dial("4001110009")
    await second.wait(CallEnded)
    assert ("ring", "busy") in way(await line.record())
    first.hang_up(call)
    await gateway.wait(CallEnded)
    await line.record(2)
    again = second.dial("4001110009")
    await until(lambda: len(gateway.rtp) == 2)
    second.hang_up(again)


async def test_a_trunk_calls_in_without_password_and_reaches_numbers_only(line):
    gateway = await line.phone("gw")
    await with_trunks(line, (gateway.port, None), trusted=())
    call = gateway.dial("4001110004")
    await gateway.wait(CallAnswered)
    gateway.hang_up(call)
    gateway.dial("801")
    assert (await gateway.wait(CallFailed)).status == 401


async def test_a_trunk_keeps_no_telephone_behind_its_address_from_calling(line):
    """Tenant b says that the telephones' address is a trunk of its own."""
    store = open_store(line.settings.database_url)
    other = store.tenants.create("b").id
    store.trunks.create(other, "b", f"{HOST}:5060", None, by="t")
    store.close()
    await line.start(trusted=())
    callee, caller = await line.extension("802", answer_after=0.05), await line.extension("801")
    for dialled in ("802", "4001110004"):
        call = caller.dial(dialled)
        await caller.wait(CallAnswered)
        caller.hang_up(call)
    await callee.wait(CallEnded)


async def test_a_call_that_is_carried_on_has_a_hop_less(line):
    gateway, caller = await line.phone("gw"), await line.phone()
    await with_trunks(line, (gateway.port, None))
    call = caller.dial("4001110009", max_forwards=20)
    incoming = await gateway.wait(InviteReceived)
    assert incoming.request.header("Max-Forwards") == "19"
    caller.hang_up(call)


async def test_a_call_that_comes_back_is_not_carried_round_in_a_circle(line, way):
    caller = await line.phone()
    to_itself = flow(
        "circle",
        [node("ring", "transfer", targets=[{"kind": "number", "value": "4001110008"}])],
        "start next ring", *[f"ring {x} end" for x in EXITS],
    )  # fmt: skip
    store = open_store(line.settings.database_url)
    bind(store, line.tenant, "4001110008", to_itself, {})
    await with_trunks(line, (line.port, None))
    caller.dial("4001110008")
    await caller.wait(CallEnded)
    assert way(await line.record())[1] == ("ring", "offline")
    await until(lambda: line.service.board.quiet and line.service.mover.waiting == 0)
    assert store.calls.page(line.tenant).total == 1
    store.close()


@pytest.mark.parametrize(
    ("value", "left"), [("70", 69), ("1", 0), ("0", 0), (None, 69), ("x", 69), ("999", 254), ("²", 69)]
)
def test_hops_left(value, left):
    headers = {} if value is None else {"Max-Forwards": [value]}
    assert hops_left(Request("INVITE", "sip:x@h", headers)) == left


async def test_rubbish_at_the_sip_port(line):
    await line.start()
    rng = random.Random(7)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for n in range(400):
            start = rng.choice([b"", b"INVITE sip:x SIP/2.0\r\n", b"SIP/2.0 200 OK\r\n", b"\0" * 9])
            sender.sendto(start + rng.randbytes(rng.choice([0, 40, 900])), (HOST, line.port))
            if n % 40 == 0:
                sender.sendto(b"INVITE sip:4001110004@h SIP/2.0\r\nX: " + b"y" * 60_000, (HOST, line.port))
                await asyncio.sleep(0)
    phone = await line.phone()
    call = phone.dial("4001110004")
    await phone.wait(CallAnswered)
    phone.hang_up(call)


async def test_a_database_that_goes_away_costs_no_record(line):
    await line.start()
    mover = line.service.mover
    write = mover._write_calls

    def refuse(records):
        raise ConnectionError("the database is away")

    mover._write_calls = refuse
    phone = await line.phone()
    for _ in range(3):
        call = phone.dial("4001110004")
        await phone.wait(CallAnswered)
        phone.hang_up(call)
    await until(lambda: mover.failures and mover.waiting == 3)
    mover._write_calls = write
    await line.record(3)
    await until(lambda: mover.waiting == 0)
