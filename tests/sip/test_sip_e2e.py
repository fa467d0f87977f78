"""The user agent behind a real socket, against real telephones and test tools on loopback."""

import asyncio
import random
import shutil
import subprocess

import pytest
from sip.one_domain import REALM, OneDomain, aor

from interpreter.sdp import LocalMedia
from interpreter.sip.digest import Authenticator, make_ha1
from interpreter.sip.events import (
    AckReceived,
    CallAnswered,
    CallEnded,
    InviteReceived,
    Registered,
    ReinviteReceived,
)
from interpreter.sip.hop import Hop
from interpreter.sip.registrar import Registrar
from interpreter.sip.ua import Config, UserAgent
from support.patience import PATIENCE_SECONDS
from support.phones import Baresip, Line
from support.ports import free_port

pytestmark = pytest.mark.e2e
HOST = "127.0.0.1"
SECRETS = {"801": make_ha1("801", REALM, "secret")}


class Driver(asyncio.DatagramProtocol):
    """As small as a driver can be: one socket, one call_at, every call answered."""

    def __init__(self, port: int) -> None:
        rng = random.SystemRandom()
        registrar = Registrar(Authenticator(OneDomain(SECRETS.get), rng))
        self.agent = UserAgent(Config(local=(HOST, port)), rng, registrar)
        self.log: list = []
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._media: dict = {}

    @property
    def now(self) -> float:
        return self._loop.time()

    def connection_made(self, transport) -> None:
        self._transport = transport

    def datagram_received(self, data, addr) -> None:
        self.agent.receive_datagram(data, Hop("UDP", *addr), self.now)
        self.flush()

    def flush(self) -> None:
        while events := self.agent.events():
            for event in events:
                self.log.append(event)
                self._react(event)
        for data, hop in self.agent.datagrams_to_send():
            self._transport.sendto(data, (hop.host, hop.port))
        if self._timer is not None:
            self._timer.cancel()
        deadline = self.agent.next_timer()
        self._timer = None if deadline is None else self._loop.call_at(deadline, self._on_timer)

    def _on_timer(self) -> None:
        self.agent.handle_timers(self.now)
        self.flush()

    def _react(self, event) -> None:
        if isinstance(event, InviteReceived):
            media = self._media[event.call] = LocalMedia(HOST, 21098, session_id=1)
            _, body = media.answer(event.sdp)
            self.agent.incoming.progress(event.call, 180, self.now)
            self.agent.incoming.answer(event.call, body, self.now)
        elif isinstance(event, ReinviteReceived):
            stream, body = self._media[event.call].answer(event.sdp)
            self.log.append(stream.direction)
            self.agent.calls.accept_reinvite(event.call, body, self.now)

    async def until(self, condition, seconds: float = PATIENCE_SECONDS) -> None:
        end = self.now + seconds
        while not condition():
            assert self.now < end, self.log
            await asyncio.sleep(0.02)

    def count(self, kind) -> int:
        return sum(isinstance(event, kind) for event in self.log)


async def start() -> tuple[Driver, int]:
    port = free_port()
    loop = asyncio.get_running_loop()
    _, driver = await loop.create_datagram_endpoint(lambda: Driver(port), (HOST, port))
    return driver, port


async def run_tool(*command: str) -> tuple[int, str]:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    process = await asyncio.create_subprocess_exec(
        *command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, output.decode(errors="replace")


async def test_sipsak_options_and_register():
    driver, port = await start()
    code, output = await run_tool("sipsak", "-s", f"sip:400@{HOST}:{port}")
    assert code == 0, output
    code, output = await run_tool(
        "sipsak", "-U", "-C", f"sip:801@{HOST}:5555", "-s", f"sip:801@{HOST}:{port}",
        "-x", "60", "-u", "801", "-a", "secret",
    )
    assert code == 0, output
    assert driver.count(Registered) == 1


async def test_sipp_calls(tmp_path):
    driver, port = await start()
    peer = free_port()
    code, output = await run_tool(
        "sipp", "-sn", "uac", f"{HOST}:{port}", "-i", HOST, "-p", str(peer), "-m", "100", "-r", "50", "-d", "300",
        "-nostdin", "-timeout", "30s", "-timeout_error",
    )  # fmt: skip
    assert code == 0, output
    assert driver.count(AckReceived) == driver.count(CallEnded) == 100
    assert driver.agent.counts()["calls"] == 0


async def test_sipp_is_called():
    driver, _ = await start()
    peer = free_port()
    tool = asyncio.create_task(run_tool(
        "sipp", "-sn", "uas", HOST, "-i", HOST, "-p", str(peer), "-m", "10", "-nostdin", "-timeout", "30s",
        "-timeout_error",
    ))  # fmt: skip
    await asyncio.sleep(0.5)
    body = LocalMedia(HOST, 21098, session_id=1).offer()
    calls = [
        driver.agent.outgoing.invite(
            f"sip:s@{HOST}:{peer}", from_uri=f"sip:400@{HOST}", destination=Hop("UDP", HOST, peer), now=driver.now,
            sdp=body,
        )
        for _ in range(10)
    ]
    driver.flush()
    await driver.until(lambda: driver.count(CallAnswered) == 10)
    for call in calls:
        driver.agent.calls.bye(call, driver.now)
    driver.flush()
    code, output = await tool
    assert code == 0, output


async def test_baresip_registers_calls_and_holds(tmp_path):
    driver, port = await start()
    with Baresip(tmp_path / "phone", Line("801", "secret", port)) as phone:
        await driver.until(lambda: driver.count(Registered) == 1)
        (binding,) = driver.agent._registrar.bindings(aor("801"), driver.now)
        assert binding.source.host == HOST
        await asyncio.to_thread(phone.command, "dial", f"sip:400@{HOST}:{port}")
        await driver.until(lambda: driver.count(AckReceived) == 1)
        await asyncio.to_thread(phone.command, "hold")
        await driver.until(lambda: "recvonly" in driver.log)
        await driver.until(lambda: driver.count(AckReceived) == 2)
        await asyncio.to_thread(phone.command, "resume")
        await driver.until(lambda: driver.log.count("sendrecv") == 1)
        await asyncio.to_thread(phone.command, "hangup")
        await driver.until(lambda: driver.count(CallEnded) == 1)


async def test_baresip_is_called_by_its_binding(tmp_path):
    driver, port = await start()
    with Baresip(tmp_path / "phone", Line("801", "secret", port, answer="auto")):
        await driver.until(lambda: driver.count(Registered) == 1)
        (event,) = [event for event in driver.log if isinstance(event, Registered)]
        media = LocalMedia(HOST, 21098, session_id=1)
        call = driver.agent.outgoing.invite(
            event.contact, from_uri=f"sip:400@{HOST}", from_display="总机", to_uri=f"sip:801@{HOST}",
            destination=event.source, now=driver.now, sdp=media.offer(),
        )  # fmt: skip
        driver.flush()
        await driver.until(lambda: driver.count(CallAnswered) == 1)
        (answered,) = [event for event in driver.log if isinstance(event, CallAnswered)]
        assert media.accept(answered.sdp).telephone_event == 101
        await asyncio.sleep(0.5)
        driver.agent.calls.bye(call, driver.now)
        driver.flush()
        await driver.until(lambda: driver.agent.counts()["dialogs"] == 0)
