"""A telephone hears its own messages, and deletes them."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from runtime.softphone import until

from interpreter.rtp.g711 import encode_pcma, encode_pcmu
from interpreter.sip.events import CallAnswered, CallEnded
from store import open_store

pytestmark = pytest.mark.e2e

SPOKEN = 0x15
SECOND = 16_000
"""Bytes of a message's file."""

MEDIA = Path(__file__).resolve().parents[2] / "media"


@pytest.fixture
def store(line):
    opened = open_store(line.settings.database_url)
    yield opened
    opened.close()


async def leaves_a_message(line, store):
    """In box 801."""
    phone = await line.phone()
    call = phone.dial("4001110003")
    await phone.wait(CallAnswered)
    phone.rtp[call].speak(SPOKEN)
    await until(lambda: any(p.stat().st_size > SECOND for p in line.data.glob("voicemail/*/*.wav")))
    phone.hang_up(call)
    await line.record()
    (message,) = store.voicemails.page(line.tenant).items
    return message


def hears_it(phone, call) -> bool:
    """A tenth of a second of the message; no speech is like that."""
    return bytes([SPOKEN]) * 800 in phone.rtp[call].heard


async def test_a_message_is_heard_marked_and_deleted(line, store):
    await line.start()
    message = await leaves_a_message(line, store)
    assert (line.data / message.path).exists()
    own, other = await line.extension("801"), await line.extension("802")

    nothing = other.dial("*97")
    await other.wait(CallEnded)
    assert not hears_it(other, nothing)

    call = own.dial("*97")
    await own.wait(CallAnswered)
    own.rtp[call].press("2")
    await until(lambda: hears_it(own, call))
    assert store.voicemails.get(line.tenant, message.id).heard_by == "801"
    own.rtp[call].press("3")
    await until(lambda: store.voicemails.page(line.tenant).total == 0)
    await own.wait(CallEnded)
    assert not (line.data / message.path).exists()
    done = [(e.actor, e.action) for e in store.audit.page(line.tenant).items if e.action.startswith("voicemail")]
    assert sorted(done) == [("801", f"voicemail.{what}") for what in ("delete", "listen", "mark")]
    await until(lambda: line.service.board.quiet)


async def test_who_hangs_up_in_the_middle_leaves_nothing_behind(line, store):
    await line.start()
    await leaves_a_message(line, store)
    before = line.service.board.engine.stats()
    own = await line.extension("801")
    call = own.dial("*97")
    await own.wait(CallAnswered)
    own.rtp[call].press("2")
    await until(lambda: hears_it(own, call))
    own.hang_up(call)
    await until(lambda: line.service.board.quiet)
    assert line.service.board.engine.stats()["audios"] == before["audios"]


async def test_a_message_whose_file_is_gone_is_told_and_the_call_goes_on(line, store):
    await line.start()
    message = await leaves_a_message(line, store)
    (line.data / message.path).unlink()
    own = await line.extension("801")
    call = own.dial("*97")
    await own.wait(CallAnswered)
    own.rtp[call].press("2")
    await own.wait(CallEnded)
    assert not hears_it(own, call)
    assert (await line.record(2)).cause == "normal"
    assert store.voicemails.get(line.tenant, message.id).heard_at is None, "it was not heard"


def says(phone, call, locale: str, name: str) -> bool:
    """Whether a tenth of a second from the middle of a system prompt was heard."""
    with wave.open(str(MEDIA / locale / f"{name}.wav"), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    middle = samples[len(samples) // 2 :][:800]
    return any(code(middle) in phone.rtp[call].heard for code in (encode_pcma, encode_pcmu))


@pytest.mark.parametrize("spoken", ["zh-CN", "en-US"])
async def test_a_telephone_is_spoken_to_in_the_companys_language(line, store, spoken):
    store.calling.put(line.tenant, 0, shown_number=None, record="off", language=spoken, by="t")
    await line.start()
    own = await line.extension("801")
    for code, name in (("*97", "pv_mailboxempty"), ("*78", "pv_dndon")):
        call = own.dial(code)
        await own.wait(CallAnswered)
        await own.wait(CallEnded)
        heard = {locale for locale in ("zh-CN", "en-US") if says(own, call, locale, name)}
        assert heard == {spoken}
