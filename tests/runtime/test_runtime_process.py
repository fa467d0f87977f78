"""The runtime as a process: killed in the middle of calls, refused its port or its database, told to stop."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from pathlib import Path

import pytest
from runtime.conftest import Line
from runtime.softphone import HOST, SoftPhone, until

from interpreter.control.client import RuntimeUnreachable, ask
from interpreter.rtp import wav
from interpreter.sip.events import CallAnswered, CallEnded
from store import open_store
from store.records import Binding

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import sys
from pathlib import Path
from interpreter.runtime.main import run
from interpreter.runtime.settings import RuntimeSettings, SipListen
data, port, url, low, high, locale = sys.argv[1:]
sys.exit(run(RuntimeSettings(data=Path(data), database_url=url, sip=(SipListen("udp", "127.0.0.1", int(port)),),
                             rtp_ports=(int(low), int(high)), engine_priority=0, locale=locale,
                             trusted=("127.0.0.0/8",))))
"""


class Process:
    """A runtime of its own on a line's data folder."""

    def __init__(self, line: Line, url: str | None = None, locale: str = "en") -> None:
        self.line = line
        self.arguments = [
            sys.executable, "-c", PROGRAM, str(line.data), str(line.port), url or line.settings.database_url,
            *map(str, line.settings.rtp_ports), locale,
        ]  # fmt: skip

    async def start(self, *, ready: bool = True) -> asyncio.subprocess.Process:
        self.process = await asyncio.create_subprocess_exec(
            *self.arguments, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        if ready:
            await until(self._answers, 20)
        return self.process

    def _answers(self) -> bool:
        try:
            return bool(ask(self.line.data / "control.sock", "health", timeout=0.5))
        except RuntimeUnreachable:
            return False

    async def end(self, number: int = signal.SIGTERM) -> int:
        if self.process.returncode is None:
            self.process.send_signal(number)
        await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode


async def test_killed_in_the_middle_of_calls(line, way):
    first = Process(line)
    await first.start()
    phones: list[SoftPhone] = [await line.phone(f"1380000000{n}") for n in range(3)]
    listening, leaving_message, done = phones
    calls = [listening.dial("4001110004"), leaving_message.dial("4001110003"), done.dial("4001110001")]
    for phone in phones:
        await phone.wait(CallAnswered)
    done.rtp[calls[2]].press("1")
    await done.wait(CallEnded)
    await until(lambda: list(line.data.glob("voicemail/*/*.wav")))
    for octet in (0x15, 0x95) * 40:
        leaving_message.rtp[calls[1]].speak(octet)
        await asyncio.sleep(0.02)
    await first.end(signal.SIGKILL)
    second = Process(line)
    await second.start()
    store = open_store(line.settings.database_url)
    try:
        await until(lambda: store.calls.page(line.tenant).total == 3)
        records = {record.caller: record for record in store.calls.page(line.tenant).items}
        (message,) = store.voicemails.page(line.tenant).items
    finally:
        store.close()
    assert {caller[-1]: (r.cause, r.ended_by) for caller, r in records.items()} == {
        "0": ("node_lost", "system"), "1": ("node_lost", "system"), "2": ("normal", "flow"),
    }  # fmt: skip
    assert message.seconds > 0.5
    assert wav.read(line.data / message.path).seconds == pytest.approx(message.seconds, abs=0.01)
    assert await second.end() == 0


async def test_a_port_in_use(line):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((HOST, line.port))
        process = await Process(line, locale="zh-CN").start(ready=False)
        _, said = await process.communicate()
    assert process.returncode == 3
    assert f"无法监听 SIP 地址 udp:127.0.0.1:{line.port}" in said.decode()
    assert "Traceback" not in said.decode()
    assert not list((line.data / "journal").glob("*.jsonl"))


async def test_a_database_that_cannot_be_opened(line):
    process = await Process(line, url="sqlite:////nowhere/zongji.db").start(ready=False)
    _, said = await process.communicate()
    assert process.returncode == 6
    assert "The database cannot be opened" in said.decode()
    assert "Traceback" not in said.decode()


async def test_two_runtimes_on_one_folder(line):
    first = Process(line)
    await first.start()
    process = await Process(line).start(ready=False)
    _, said = await process.communicate()
    assert process.returncode == 4
    assert "already running" in said.decode()
    assert await first.end() == 0


async def test_sigterm_parts_from_callers_and_exits_with_0(line):
    process = Process(line)
    await process.start()
    phone = await line.phone()
    phone.dial("4001110004")
    await phone.wait(CallAnswered)
    status = asyncio.create_task(process.end())
    await phone.wait(CallEnded)
    assert await status == 0
    assert (await line.record()).cause == "shutdown"
    assert not (line.data / "control.sock").exists()


async def test_control_socket_of_a_real_runtime(line):
    process = Process(line)
    await process.start()
    path = line.data / "control.sock"
    phone = await line.extension("801")
    call = phone.dial("4001110004")
    await phone.wait(CallAnswered)
    await until(lambda: ask(path, "calls")["items"][0]["node"] == "loop")
    (item,) = ask(path, "calls", {"tenant": line.tenant})["items"]
    assert (item["caller"], item["flow"]["name"], item["node_label"]) == ("801", "long", "loop")
    (contact,) = ask(path, "registrations")["items"]
    assert (contact["extension"], contact["contact"]) == ("801", f"sip:801@127.0.0.1:{phone.port}")
    assert ask(path, "calls", {"tenant": "another"}) == {"items": []}
    ask(path, "hangup", {"call_id": item["id"]})
    await phone.wait(CallEnded, lambda event: event.call == call)
    record = await line.record()
    assert (record.cause, record.ended_by) == ("operator", "operator")
    assert await process.end() == 0


async def test_registrations_survive_a_restart(line):
    process = Process(line)
    await process.start()
    await line.extension("801")
    store = open_store(line.settings.database_url)
    await until(lambda: store.registrations.load(0.0))
    store.close()
    await process.end(signal.SIGKILL)
    await process.start()
    (contact,) = ask(line.data / "control.sock", "registrations")["items"]
    assert contact["extension"] == "801"
    assert await process.end() == 0


async def test_registrations_that_expired_while_nothing_ran_are_removed(line):
    store = open_store(line.settings.database_url)
    try:
        gone = Binding(tenant_id=line.tenant, extension="801", contact="sip:801@192.0.2.1", source="udp:192.0.2.1:5060",
                       expires_at=1.0)  # fmt: skip
        store.registrations.replace(line.tenant, "801", [gone])
        process = Process(line)
        await process.start()
        await until(lambda: not store.registrations.load(0.0))
    finally:
        store.close()
    assert await process.end() == 0


async def test_a_new_binding_is_in_force_after_reload(line):
    process = Process(line)
    await process.start()
    store = open_store(line.settings.database_url)
    (entry,) = [e for e in store.numbers.page(line.tenant).items if e.number.digits == "864001110001"]
    row = entry.number
    store.numbers.update(line.tenant, row.id, row.revision, flow_id=None, version=None, enabled=True, by="t")
    revision = store.directory.revision()
    store.close()
    answer = await asyncio.to_thread(ask, line.data / "control.sock", "reload")
    assert answer == {"directory_revision": revision}
    assert await process.end() == 0
