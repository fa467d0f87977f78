"""Audio goes to whom it is meant for: an SDP with somebody else's address makes us flood nobody."""

from __future__ import annotations

import re
import socket
import struct

import pytest
from runtime.conftest import bind, flow, node, put_sounds
from runtime.softphone import HOST, SoftPhone, until

from interpreter.rtp._engine import Engine
from interpreter.rtp.ports import PortPool
from interpreter.runtime.addresses import is_behind_nat
from interpreter.runtime.legs.media import Media
from interpreter.sdp import LocalMedia
from interpreter.sip.events import CallAnswered, CallEnded, CallFailed, CallProgress
from store import open_store
from support.ports import free_range

pytestmark = pytest.mark.e2e

ELSEWHERE = "127.0.0.3"
EARLY = flow("early", [node("say", "play", prompt=["a.wav"])], "start next say", "say next end")
EARLY["nodes"][0]["config"] = {"answer": "early_media"}


class Bystander:
    """Whose address stands in another's SDP."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind((host, port))

    def heard(self) -> bytes:
        """The payloads since the last call."""
        audio = b""
        while True:
            try:
                audio += self.socket.recv(2048)[12:]
            except BlockingIOError:
                return audio


class HeldBack:
    """A telephone that does not notice its 200: it sends no ACK until ``go``."""

    def __init__(self, phone: SoftPhone, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times, self.on = 0, True
        receive = phone.listener.datagram_received

        def received(data: bytes, source: tuple[str, int]) -> None:
            if self.on and data.startswith(b"SIP/2.0 200 "):
                self.times += 1
            else:
                receive(data, source)

        monkeypatch.setattr(phone.listener, "datagram_received", received)


def with_early_media(line) -> None:
    store = open_store(line.settings.database_url)
    bind(store, line.tenant, "4001110009", EARLY, put_sounds(line.data))
    store.close()


async def test_nobody_hears_what_he_did_not_ask_for(line, monkeypatch):
    """Before its ACK the caller has not proved that it is where it says; then it hears from the beginning."""
    await line.start()
    phone = await line.phone()
    held = HeldBack(phone, monkeypatch)
    call = phone.dial("4001110004", named=ELSEWHERE)
    bystander = Bystander(ELSEWHERE, phone.rtp[call].port)
    await until(lambda: held.times >= 2)
    assert bystander.heard() == b""
    held.on = False
    await phone.wait(CallAnswered)
    audio = bytearray()
    await until(lambda: audio.extend(bystander.heard()) or 0x11 in audio)
    assert audio[0] == 0x11
    phone.hang_up(call)


async def test_an_ack_that_was_guessed_proves_nothing(line, monkeypatch):
    """Who borrowed the address never saw our 200, and so knows neither its tag nor where to send an ACK that has it."""
    await line.start()
    forger, honest = await line.phone(), await line.phone()
    transport = forger.listener._transport

    class Guessing:
        def sendto(self, data: bytes, address: tuple[str, int]) -> None:
            if data.startswith(b"ACK "):
                data = re.sub(rb"(?m)^(To: .*;tag=)[^\r;]*", rb"\1guessed", data)
            transport.sendto(data, address)

        def close(self) -> None:
            transport.close()

    monkeypatch.setattr(forger.listener, "_transport", Guessing())
    call = forger.dial("4001110004", named=ELSEWHERE)
    bystander = Bystander(ELSEWHERE, forger.rtp[call].port)
    await forger.wait(CallAnswered)
    later = honest.dial("4001110004")
    await until(lambda: len(honest.rtp[later].heard) > 1600)
    assert bystander.heard() == b"", "though a call that came later has been hearing its prompt for a while"
    honest.hang_up(later)
    forger.hang_up(call)


async def test_who_signals_hears_at_once(line, monkeypatch):
    await line.start()
    phone = await line.phone()
    held = HeldBack(phone, monkeypatch)
    call = phone.dial("4001110004")
    await until(lambda: 0x11 in phone.rtp[call].heard)
    held.on = False
    await phone.wait(CallAnswered)
    phone.hang_up(call)


async def test_early_media_goes_to_who_signals(line):
    with_early_media(line)
    await line.start()
    phone = await line.phone()
    call = phone.dial("4001110009")
    await phone.wait(CallProgress, lambda event: event.sdp is not None)
    await until(lambda: 0x11 in phone.rtp[call].heard)
    await phone.wait(CallFailed)


@pytest.mark.parametrize("media", [(), ("127.0.0.0/29",)])
async def test_early_media_goes_to_a_trunks_media_hosts(line, media):
    """To others it goes unheard, and the flow goes on."""
    with_early_media(line)
    gateway = await line.phone("gw")
    store = open_store(line.settings.database_url)
    store.trunks.create(line.tenant, "gw", f"{HOST}:{gateway.port}", None, by="t", media_hosts=media)
    store.close()
    await line.start(trusted=())
    call = gateway.dial("4001110009", named=ELSEWHERE)
    bystander = Bystander(ELSEWHERE, gateway.rtp[call].port)
    assert (await gateway.wait(CallFailed)).status == 480
    assert (0x11 in bystander.heard()) is bool(media)


@pytest.mark.parametrize("behind_proxy", [True, False])
async def test_behind_a_proxy_only_whom_the_sdp_names_is_heard(line, monkeypatch, behind_proxy):
    """Who signals is not who talks (Record-Route); without a proxy the signalling host may be the talking one too."""
    await line.start()
    callee, caller = await line.extension("801", answer_after=0.02), await line.phone()
    callee.media_host = ELSEWHERE
    transport = callee.listener._transport
    route = f"Record-Route: <sip:{HOST}:{callee.port};lr>\r\nFrom:".encode()

    class Proxied:
        def sendto(self, data: bytes, address: tuple[str, int]) -> None:
            proxied = behind_proxy and data.startswith(b"SIP/2.0 200 ") and b" INVITE\r\n" in data
            transport.sendto(data.replace(b"From:", route, 1) if proxied else data, address)

        def close(self) -> None:
            transport.close()

    monkeypatch.setattr(callee.listener, "_transport", Proxied())
    call = caller.dial("4001110002")
    await caller.wait(CallAnswered)
    await until(lambda: callee.rtp and next(iter(callee.rtp.values())).stream)
    rtp = next(iter(callee.rtp.values()))
    named, signals = Bystander(ELSEWHERE, rtp.port), Bystander(HOST, 0)
    heard = caller.rtp[call].heard
    caller.rtp[call].speak(0x55)
    talk = bytearray()
    await until(lambda: talk.extend(named.heard()) or 0x55 in talk)

    def strangers() -> int:
        return sum(line.service.engine.leg_stats(leg)["strangers"] for leg in line.service.board.media.owners)

    def speaks(octet: int, source: Bystander) -> bool:
        rtp._packet(0, bytes([octet]) * 160, marker=False, source=source.socket)
        return octet in heard

    if behind_proxy:
        await until(lambda: speaks(0x77, signals) or strangers())
        await until(lambda: speaks(0x66, named))
        assert 0x77 not in heard
    else:
        await until(lambda: speaks(0x77, signals))
    caller.hang_up(call)
    await callee.wait(CallEnded)


def test_whose_address_is_behind_a_nat():
    pairs = [("10.1.2.3", "8.8.8.8"), ("100.64.0.1", "8.8.8.8"), ("8.8.4.4", "8.8.8.8"), ("10.1.2.3", "10.9.9.9"),
             ("8.8.8.8", "8.8.8.8")]  # fmt: skip
    assert [is_behind_nat(*pair) for pair in pairs] == [True, True, False, False, False]


def test_strangers_are_not_heard_behind_a_proxy():
    first, last = free_range(20)
    with Engine(PortPool(HOST, first, last - last % 2)) as engine:
        media = Media(engine, HOST, 1, 30.0, None)
        media.answer(LocalMedia(ELSEWHERE, 4000, session_id=2).offer())
        media.start()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind((HOST, 0))
            packet = struct.pack("!BBHII", 0x80, 0, 1, 160, 7) + bytes(160)
            while not any(engine.leg_stats(media.id)[counted] for counted in ("strangers", "packets_in")):
                stranger.sendto(packet, (HOST, engine.local_port(media.id)))
        assert engine.leg_stats(media.id)["remote"] == (ELSEWHERE, 4000)
        assert engine.leg_stats(media.id)["packets_in"] == 0
