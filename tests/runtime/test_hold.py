"""A telephone that is on hold when its talk begins: the partner hears music until it is back."""

from __future__ import annotations

import contextlib
import hashlib

import pytest
from runtime.softphone import until

from interpreter.sdp import Direction
from interpreter.sip.events import AckReceived, CallAnswered, InviteReceived, ReinviteAnswered
from store import open_store
from store.records import AudioInfo

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


async def test_music_of_the_companys_own(line):
    """It is heard from the moment on in which it is chosen, and no longer than that."""
    sha = hashlib.sha256(bytes([0x2A]) * 8000).hexdigest()
    (line.data / "audio" / sha[:2]).mkdir(parents=True, exist_ok=True)
    for suffix in (".ulaw", ".alaw"):
        (line.data / "audio" / sha[:2] / (sha + suffix)).write_bytes(bytes([0x2A]) * 8000)
    with contextlib.closing(open_store(line.settings.database_url)) as store:
        audio = AudioInfo(sha256=sha, seconds=1.0, level_db=-19.0)
        store.prompts.put(line.tenant, "own.wav", audio, source="upload", locale="zh-CN", revision=None, by="t")
        await line.start()
        callee, caller = await line.extension("801", answer_after=0), await line.phone()
        loaded = line.service.board.engine.stats()["audios"]
        for revision, music in enumerate(("own.wav", None)):
            store.calling.put(line.tenant, revision, shown_number=None, record="off", music=music, by="t")
            await until(lambda: line.service.board.directory.revision == store.directory.revision())
            call = caller.dial(TRANSFER)
            await caller.wait(CallAnswered)
            incoming = await callee.wait(InviteReceived)
            await callee.wait(AckReceived)
            callee.reinvite(incoming.call, Direction.SENDONLY)
            await callee.wait(ReinviteAnswered)
            await (hears(caller.rtp[call], 0x2A) if music else hears_music(caller.rtp[call]))
            caller.hang_up(call)
            await until(lambda: line.service.board.quiet)
    await until(lambda: line.service.board.engine.stats()["audios"] == loaded)


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
