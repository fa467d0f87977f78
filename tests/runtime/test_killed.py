"""A runtime that is killed while calls are given on and people confer: no record is lost, and all of them are true."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal

import pytest
from runtime.conftest import bind, flow, node, put_sounds
from runtime.softphone import until
from runtime.test_runtime_process import Process

from interpreter.rtp import wav
from interpreter.sip.events import CallAnswered, InviteReceived
from store import open_store

pytestmark = pytest.mark.e2e

SOME = 4000
"""Bytes of a recording: what is not on the disk when it happens is lost."""

TRANSFER, CONFERENCE = "4001110002", "4001110040"
MEETING = flow(
    "meeting", [node("meet", "conference", room="r", music=False, tones=False, prompt=[], alone_prompt=[])],
    "start next meet", "meet left end", "meet denied end",
)  # fmt: skip


@pytest.mark.parametrize("keys", ["*2802#", "*3802#", "*68"])
async def test_killed_at_any_moment(line, keys):
    """The moment is another one each time; what must hold does so at all of them."""
    with contextlib.closing(open_store(line.settings.database_url)) as store:
        bind(store, line.tenant, CONFERENCE, MEETING, put_sounds(line.data))
    first = Process(line)
    await first.start()
    sales = await line.extension("801", answer_after=0.02)
    await line.extension("802", answer_after=0.2)
    caller = await line.phone("13800000000")
    members = [await line.phone(f"1380000000{n}") for n in (1, 2, 3)]
    for phone in members:
        phone.dial(CONFERENCE)
        await phone.wait(CallAnswered)
    talk = caller.dial(TRANSFER)
    await caller.wait(CallAnswered)
    taken = (await sales.wait(InviteReceived)).call
    await until(lambda: taken in sales.rtp)
    sales.rtp[taken].speak(0x31)
    await until(lambda: 0x31 in caller.rtp[talk].heard)
    await until(lambda: any(path.stat().st_size > SOME for path in line.data.glob("recordings/*/*.wav")))
    typing = asyncio.create_task(sales.rtp[taken].type(keys))
    await asyncio.sleep(random.uniform(0.0, 0.8))
    await first.end(signal.SIGKILL)
    await typing

    second = Process(line)
    await second.start()
    with contextlib.closing(open_store(line.settings.database_url)) as store:
        await until(lambda: store.calls.page(line.tenant).total == 4)
        for row in store.calls.page(line.tenant).items:
            record = store.calls.get(line.tenant, row.id)
            assert (record.cause, record.ended_by) == ("node_lost", "system")
            assert record.answered_at is not None
            assert all(leg["ended"] is not None for leg in record.legs)
            files = store.calls.recordings(line.tenant, record.id)
            for file in files:
                assert wav.read(line.data / file.path).seconds == pytest.approx(file.seconds, abs=0.01)
            if record.called == f"86{TRANSFER}":
                assert [leg["who"] for leg in record.legs][:2] == ["8613800000000", "801"]
                assert files
    assert await second.end() == 0
