"""Session descriptions that give a host by name."""

from __future__ import annotations

import asyncio
import threading

import pytest
from runtime.softphone import HOST, until

from interpreter.runtime import media_names
from interpreter.runtime.media_names import MediaNames, is_host_name
from interpreter.sip.events import CallAnswered, CallFailed

LOOP = "4001110004"


def nobody(host: str) -> list[str]:
    raise OSError("no such name")


@pytest.mark.e2e
@pytest.mark.parametrize(
    "resolve",
    [
        pytest.param(lambda host: [HOST] if host == "gw.carrier.test" else [], id="known"),
        pytest.param(nobody, id="unknown: most likely where it signals from"),
    ],
)
async def test_audio_goes_to_a_host_that_is_named(line, resolve):
    await line.start()
    line.service.board.media.names = MediaNames(asyncio.get_running_loop(), resolve)
    phone = await line.phone()
    call = phone.dial(LOOP, named="gw.carrier.test")
    await phone.wait(CallAnswered)
    await until(lambda: 0x11 in phone.rtp[call].heard)
    phone.hang_up(call)


@pytest.mark.e2e
async def test_a_call_that_ends_before_its_name_is_found_harms_nobody(line):
    await line.start()
    go = threading.Event()
    line.service.board.media.names = MediaNames(asyncio.get_running_loop(), lambda host: [HOST] if go.wait(60) else [])
    phone = await line.phone()
    call = phone.dial(LOOP, named="gw.carrier.test")
    await phone.wait(CallAnswered)
    phone.hang_up(call)
    await until(lambda: line.service.board.quiet)
    go.set()
    await until(lambda: not line.service.board.media.names._asked)


@pytest.mark.e2e
@pytest.mark.parametrize("named", ["300.1.2.3", "gw_.-.test!", "1.2.3"])
async def test_what_is_neither_address_nor_name_is_refused(line, named):
    await line.start()
    phone = await line.phone()
    phone.dial(LOOP, named=named)
    assert (await phone.wait(CallFailed)).status == 488


async def test_a_name_is_asked_for_once_however_many_wait(monkeypatch):
    monkeypatch.setattr(media_names, "MOST_WAITING", 1)
    go, asked, told = threading.Event(), [], []

    def slow(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.9"] if go.wait(60) else []

    names = MediaNames(asyncio.get_running_loop(), slow)
    for host in ("a.test", "a.test", "b.test"):
        names.look_up(host, lambda address, host=host: told.append((host, address)))
    assert told == []
    await until(lambda: told)
    assert told == [("b.test", None)], "one too many at once"
    go.set()
    await until(lambda: len(told) == 3)
    assert told[1:] == [("a.test", "127.0.0.9")] * 2
    assert asked == ["a.test"]
    names.stop()


@pytest.mark.parametrize(
    ("host", "is_name"),
    [
        ("gw.carrier.test", True), ("localhost", True), ("pbx-1.test.", True), ("a_b.test", True),
        ("127.0.0.1", False), ("127.1", False), ("::1", False), ("300.1.1.1", False), ("", False), ("a..b", False),
        ("-a", False), ("a b", False), ("x" * 254, False),
    ],
)  # fmt: skip
def test_what_can_be_looked_up(host, is_name):
    assert is_host_name(host) is is_name
