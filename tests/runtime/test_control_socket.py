"""The control socket as its clients see it: one server on a loop, blocking clients in threads."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import pytest

from interpreter.control import unix_socket
from interpreter.control.client import ControlClient, ControlError, RuntimeUnreachable, ask
from interpreter.control.server import ControlServer, Refused


def _refuse(params):
    raise Refused("no_such_call", "no call x")


async def _later(params):
    await asyncio.sleep(0)
    return {"revision": 7}


def _broken(params):
    raise ZeroDivisionError


METHODS = {
    "health": lambda params: {"calls": 0, "echo": params},
    "hangup": _refuse,
    "reload": _later,
    "broken": _broken,
}


@pytest.fixture
async def server(tmp_path: Path):
    server = ControlServer(tmp_path / "control.sock", METHODS, max_subscribers=2)
    await server.start()
    yield server
    await server.stop()


def test_nobody_there(tmp_path):
    with pytest.raises(RuntimeUnreachable):
        ask(tmp_path / "control.sock", "health")


async def test_socket_is_private(server, tmp_path):
    assert (tmp_path / "control.sock").stat().st_mode & 0o777 == 0o600


async def test_answers(server, tmp_path):
    path = tmp_path / "control.sock"
    assert await asyncio.to_thread(ask, path, "health", {"a": "总"}) == {"calls": 0, "echo": {"a": "总"}}
    assert await asyncio.to_thread(ask, path, "reload") == {"revision": 7}


@pytest.mark.parametrize(
    ("method", "code"), [("hangup", "no_such_call"), ("nothing", "unknown_method"), ("broken", "internal")]
)
async def test_refusals_carry_their_code(server, tmp_path, method, code):
    with pytest.raises(ControlError) as refused:
        await asyncio.to_thread(ask, tmp_path / "control.sock", method)
    assert refused.value.code == code


@pytest.mark.parametrize("raw", [b"{", b"[]", b'"x"', b'{"id":1,"method":["a"]}', b'{"id":1,"params":3}'])
async def test_bad_requests_are_answered_and_the_connection_lives(server, tmp_path, raw):
    def talk() -> list[dict]:
        with unix_socket.connect(tmp_path / "control.sock", 3.0) as sock:
            sock.sendall(raw + b'\n{"id":2,"method":"health"}\n')
            received = b""
            while received.count(b"\n") < 2:
                received += sock.recv(4096)
        return [json.loads(line) for line in received.splitlines()]

    first, second = await asyncio.to_thread(talk)
    assert first["error"]["code"] in ("bad_request", "unknown_method")
    assert second["id"] == 2
    assert "result" in second


async def test_subscribers_hear_their_tenant_only(server, tmp_path):
    heard: list[dict] = []
    ready = threading.Event()

    def listen() -> None:
        with ControlClient(tmp_path / "control.sock") as client:
            for event in client.subscribe(poll_seconds=0.05, tenant="a"):
                ready.set()
                if event is not None:
                    heard.append(event)
                    return

    thread = asyncio.create_task(asyncio.to_thread(listen))
    await asyncio.to_thread(ready.wait, 3.0)
    server.publish({"event": "started", "call": 1}, tenant="b")
    server.publish({"event": "started", "call": 2}, tenant="a")
    await thread
    assert heard == [{"event": "started", "call": 2}]


async def test_a_reader_who_does_not_read_is_dropped(server, tmp_path):
    path = tmp_path / "control.sock"
    client = await asyncio.to_thread(ControlClient, path)
    await asyncio.to_thread(client.call, "subscribe")
    for _ in range(200):
        server.publish({"event": "moved", "filler": "x" * 10_000}, tenant="a")
    await asyncio.sleep(0)

    def drain() -> None:
        for _ in client.subscribe(poll_seconds=0.5):
            pass

    with pytest.raises(RuntimeUnreachable):
        await asyncio.to_thread(drain)
    assert await asyncio.to_thread(ask, path, "health") == {"calls": 0, "echo": {}}


async def test_subscribers_are_limited(server, tmp_path):
    path = tmp_path / "control.sock"
    clients = [await asyncio.to_thread(ControlClient, path) for _ in range(3)]
    await asyncio.to_thread(clients[0].call, "subscribe")
    await asyncio.to_thread(clients[1].call, "subscribe")
    with pytest.raises(ControlError) as refused:
        await asyncio.to_thread(clients[2].call, "subscribe")
    assert refused.value.code == "too_many_subscribers"
    for client in clients:
        client.close()


async def test_a_deep_data_folder(tmp_path):
    folder = tmp_path / ("deep" * 20) / ("deeper" * 20)
    folder.mkdir(parents=True)
    server = ControlServer(folder / "control.sock", METHODS, max_subscribers=2)
    await server.start()
    try:
        assert await asyncio.to_thread(ask, folder / "control.sock", "health") == {"calls": 0, "echo": {}}
    finally:
        await server.stop()
