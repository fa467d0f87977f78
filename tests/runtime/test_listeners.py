"""Two addresses at which SIP is taken: each call belongs to the one it came in by."""

from __future__ import annotations

import pytest
from runtime.conftest import SECRET, Line, bind
from runtime.softphone import HOST, SoftPhone, until
from runtime.test_trunk_calls import TO_NUMBER

from interpreter.runtime.settings import SipListen
from interpreter.sip.events import CallAnswered, CallEnded, InviteReceived
from interpreter.sip.message import parse_message
from store import open_store
from support.ports import free_port

pytestmark = pytest.mark.e2e

SECOND_HOST = "127.0.0.2"


class Wire:
    """What comes to a telephone, and from which port of ours."""

    def __init__(self, phone: SoftPhone, monkeypatch: pytest.MonkeyPatch) -> None:
        self.came: list[tuple[str, tuple[str, int]]] = []
        self.named: set[tuple[str, int]] = set()
        received = phone.listener.datagram_received

        def note(data: bytes, source: tuple[str, int]) -> None:
            self.came.append((data.split(b" SIP/2.0")[0].decode(), (source[0], source[1])))
            self._note_names(data)
            received(data, source)

        monkeypatch.setattr(phone.listener, "datagram_received", note)

    def _note_names(self, data: bytes) -> None:
        message = parse_message(data)
        for contact in message.contacts() if message.cseq.method != "REGISTER" else ():
            self.named.add((contact.uri.host, contact.uri.port))
        if not data.startswith(b"SIP/2.0 "):
            self.named.add((message.via.host, message.via.port))

    @property
    def sources(self) -> set[tuple[str, int]]:
        return {source for _, source in self.came}

    def methods(self) -> list[str]:
        return [line.split(" ")[0] for line, _ in self.came]


@pytest.fixture(params=[HOST, SECOND_HOST], ids=["another port", "another address"])
def second(line: Line, request: pytest.FixtureRequest) -> SipListen:
    return SipListen("udp", request.param, free_port())


async def started(line: Line, second: SipListen, **settings: object) -> Line:
    return await line.start(sip=(*line.settings.sip, second), **settings)


async def at(line: Line, listen: SipListen, user: str = "13800138000", secret: str | None = None) -> SoftPhone:
    """A telephone that knows our second address."""
    phone = await SoftPhone(listen.port, user, secret, listen.host).open()
    line.phones.append(phone)
    return phone


async def test_a_call_stays_at_the_address_that_it_came_in_by(line, second, monkeypatch):
    await started(line, second)
    phone = await at(line, second)
    wire = Wire(phone, monkeypatch)
    call = phone.dial("4001110001")
    await phone.wait(CallAnswered)
    await until(lambda: phone.rtp[call].heard)
    await phone.wait(CallEnded)
    assert wire.methods()[-1] == "BYE"
    assert wire.sources == {(second.host, second.port)}
    assert wire.named == {(second.host, second.port)}


async def test_a_telephone_is_called_from_where_it_registered_also_after_a_restart(line, second, monkeypatch):
    await started(line, second)
    phone = await at(line, second, "801", SECRET)
    assert await phone.register() == 200
    await line.service.stop()
    await line.start()
    wire = Wire(phone, monkeypatch)
    phone.answer_after = 0.02
    caller = await line.phone()
    caller_wire = Wire(caller, monkeypatch)
    call = caller.dial("4001110002")
    await caller.wait(CallAnswered)
    await phone.wait(InviteReceived)
    await until(lambda: phone.rtp)
    caller.hang_up(call)
    await phone.wait(CallEnded)
    assert {"INVITE", "ACK", "BYE"} <= set(wire.methods())
    assert wire.sources == wire.named == {(second.host, second.port)}
    assert caller_wire.sources == caller_wire.named == {(HOST, line.port)}


async def test_a_trunk_is_called_by_the_address_that_it_calls(line, second, monkeypatch):
    gateway = await at(line, second, "gw")
    store = open_store(line.settings.database_url)
    store.trunks.create(line.tenant, "a", f"{HOST}:{gateway.port}", None, by="t")
    bind(store, line.tenant, "4001110009", TO_NUMBER, {})
    store.close()
    await started(line, second, trusted=())
    gateway.answer_after = 0.02
    gateway.dial("4001110001")
    await gateway.wait(CallAnswered)
    await gateway.wait(CallEnded)
    wire = Wire(gateway, monkeypatch)
    gateway.dial("4001110009")
    await gateway.wait(InviteReceived)
    await until(lambda: "INVITE" in wire.methods())
    assert wire.sources == wire.named == {(second.host, second.port)}
