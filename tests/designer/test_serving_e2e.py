"""The web process for real: gunicorn, a held stream, a port in use, an orderly stop."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from designer.settings import WebSettings
from store import open_store
from support.patience import PATIENCE_SECONDS
from support.ports import free_port
from support.web import PASSWORD, FakeRuntime, company, settings_for

pytestmark = pytest.mark.e2e

PORT = free_port()
SCRIPT = """
import json, sys, pathlib
from designer.serving import serve
from designer.settings import WebSettings
sys.exit(serve(WebSettings(data=pathlib.Path(sys.argv[1]), database_url=sys.argv[2], port=int(sys.argv[3]),
    upload_limit_bytes=100_000, keep_alive_seconds=0.2, password_time_cost=1, password_memory_kib=8,
    password_parallelism=1, locale=sys.argv[4], **json.loads(sys.argv[5]))))
"""


def start(settings: WebSettings, port: int = PORT, locale: str = "zh-CN", **changes: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, str(settings.data), settings.database_url, str(port), locale]
    command.append(json.dumps(changes))
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_until_serving(process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        try:
            socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the web process does not listen")


class Client:
    """One connection with a session."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        body = json.dumps({"name": "acme-administrator", "password": PASSWORD})
        answer = self.open("POST", "/session", body)
        cookies = answer.headers.get_all("Set-Cookie") or []
        self.headers["Cookie"] = "; ".join(cookie.partition(";")[0] for cookie in cookies)
        self.headers["X-CSRF-Token"] = json.load(answer)["csrf"]

    def open(
        self, method: str, path: str, body: str | bytes = "", kind: str = "application/json"
    ) -> http.client.HTTPResponse:
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE_SECONDS)
        headers = self.headers | ({"Content-Type": kind} if body else {})
        self.connection.request(method, f"/api/v1{path}", body or None, headers)
        return self.connection.getresponse()


@pytest.fixture
def settings(data: Path) -> WebSettings:
    made = settings_for(data)
    store = open_store(made.database_url)
    company(store, "acme")
    store.close()
    return made


@pytest.fixture
def server(settings: WebSettings) -> Iterator[subprocess.Popen[str]]:
    process = start(settings)
    try:
        wait_until_serving(process)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def impatient(settings: WebSettings) -> Iterator[subprocess.Popen[str]]:
    """A server of few threads that waits for nobody."""
    process = start(settings, threads=17, request_seconds=0.3)
    try:
        wait_until_serving(process)
        yield process
    finally:
        process.kill()
        process.communicate()


def read_until(stream: http.client.HTTPResponse, wanted: bytes) -> bytes:
    seen = b""
    while wanted not in seen:
        line = stream.readline()
        assert line, seen
        seen += line
    return seen


def test_stream_is_held_and_ends_with_the_server(server: subprocess.Popen[str], settings: WebSettings):
    runtime = FakeRuntime(settings.control_socket)
    client = Client()
    tenant = open_store(settings.database_url).users.for_sign_in("acme-administrator").tenant_id
    stream = client.open("GET", "/live")
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    read_until(stream, b"event: snapshot")
    runtime.publish({"event": "registered", "tenant": tenant, "extension": "801", "online": True})
    read_until(stream, b'data: {"extension":"801","online":true}')
    read_until(stream, b": keep-alive")
    for _ in range(3):  # other requests go on meanwhile
        assert Client().open("GET", "/flows").status == 200
    server.send_signal(signal.SIGTERM)
    while stream.readline():
        pass
    assert server.wait(timeout=PATIENCE_SECONDS) == 0
    runtime.close()


def test_a_connection_that_says_nothing_does_not_hold_the_end_up(server: subprocess.Popen[str]):
    with connect(b"") as silent:
        Client()  # the silent one has been accepted before it
        server.send_signal(signal.SIGTERM)
        assert silent.recv(1) == b""
    assert server.wait(timeout=PATIENCE_SECONDS) == 0


def test_ctrl_c_stops_it_too(server: subprocess.Popen[str]):
    stream = Client().open("GET", "/live")
    stream.readline()
    server.send_signal(signal.SIGINT)
    assert server.wait(timeout=PATIENCE_SECONDS) == 0


def test_too_large_an_upload_gets_its_answer_before_the_connection_ends(server: subprocess.Popen[str]):
    client = Client()
    body = b"x" * 3_000_000
    answer = client.open("POST", "/prompts", body, "multipart/form-data; boundary=b")
    assert answer.status == 413
    assert json.load(answer)["error"]["code"] == "too_large"


@pytest.mark.parametrize(
    ("locale", "words"),
    [("zh-CN", "端口已被占用：127.0.0.1:"), ("en", "The port is in use: 127.0.0.1:")],
)
def test_port_in_use_is_told(server: subprocess.Popen[str], settings: WebSettings, locale: str, words: str):
    second = start(settings, locale=locale)
    _, said = second.communicate(timeout=PATIENCE_SECONDS)
    assert second.returncode == os.EX_CONFIG
    assert said.startswith(f"{words}{PORT}")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("broken", "status"), [("not_migrated", os.EX_CONFIG), ("unreachable", os.EX_TEMPFAIL)]
)
def test_database_that_cannot_be_opened_is_told(tmp_path: Path, broken: str, status: int):
    """One that is away may come back: the supervisor is to try again."""
    path = tmp_path / "zongji.db" if broken == "not_migrated" else tmp_path / "nowhere" / "zongji.db"
    settings = WebSettings(data=tmp_path, database_url=f"sqlite:///{path}")
    process = start(settings, free_port())
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == status
    assert len(said.strip().splitlines()) == 1


def test_data_folder_that_cannot_be_used_is_told(tmp_path: Path):
    settings = WebSettings(data=tmp_path / "nowhere", database_url=f"sqlite:///{tmp_path / 'zongji.db'}")
    process = start(settings, free_port())
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == os.EX_CONFIG
    assert "数据目录" in said
    assert "Traceback" not in said


def test_memory_of_the_idle_web_process(server: subprocess.Popen[str]):
    Client().open("GET", "/flows").read()
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    for pid in [str(server.pid), *children]:
        status = Path(f"/proc/{pid}/status").read_text()
        rss_kb = int(status.split("VmRSS:")[1].split()[0])
        assert rss_kb < 200 * 1024


SLOW_HEAD = b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nAccept-Language: en\r\n"
SLOW_BODY = SLOW_HEAD + b"Content-Type: application/json\r\nContent-Length: 3000\r\n\r\n{"


def connect(sent: bytes, source: str = "127.0.0.1") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", PORT), timeout=PATIENCE_SECONDS, source_address=(source, 0))
    client.sendall(sent)
    return client


def answer_on(client: socket.socket) -> tuple[int, str]:
    """(status, code) of the error that came; the connection ends after it."""
    with client, client.makefile("rb") as lines:
        status = int(lines.readline().split()[1])
        while lines.readline().strip():
            pass
        return status, json.loads(lines.read())["error"]["code"]


@pytest.mark.parametrize("sent", [SLOW_HEAD, SLOW_BODY], ids=["head", "body"])
def test_slow_requests_do_not_hold_the_page_up(impatient: subprocess.Popen[str], sent: bytes):
    clients = [connect(sent) for _ in range(40)]
    assert Client().open("GET", "/flows").status == 200
    answers = {answer_on(client) for client in clients}
    assert answers <= {(408, "too_slow"), (503, "too_many_waiting")}
    assert (408, "too_slow") in answers


@pytest.mark.parametrize("sent", [SLOW_HEAD, SLOW_BODY, b""], ids=["head", "body", "nothing"])
def test_slow_clients_of_many_addresses_do_not_hold_the_page_up(impatient: subprocess.Popen[str], sent: bytes):
    """More connections than the page can have at once, 102, and from no address more than its share."""
    clients = []
    for n in range(8 * 17):
        try:
            clients.append(connect(sent, f"127.0.0.{2 + n % 8}"))
        except OSError:  # refused or reset: it has no room for them
            continue
    assert Client().open("GET", "/flows").status == 200
    for client in clients:
        client.close()


def test_connections_that_say_nothing_hold_no_thread(impatient: subprocess.Popen[str]):
    clients = [connect(b"") for _ in range(40)]
    assert Client().open("GET", "/flows").status == 200
    for client in clients:
        client.close()


def test_one_address_does_not_get_all_connections(impatient: subprocess.Popen[str]):
    clients = [connect(b"") for _ in range(17 * 6 // 2)]
    with connect(b"") as refused:
        assert refused.recv(1) == b""
    for client in clients:
        client.close()


def test_a_stream_outlives_the_time_of_a_request(impatient: subprocess.Popen[str], settings: WebSettings):
    runtime = FakeRuntime(settings.control_socket)
    stream = Client().open("GET", "/live")
    for _ in range(4):  # each after 0.2 s without news
        read_until(stream, b": keep-alive")
    stream.close()
    runtime.close()


@pytest.mark.parametrize(
    ("request_line", "headers", "told"),
    [
        (b"GET /api/v1/" + b"x" * 9000, b"Host: x\r\n", (414, "uri_too_long")),
        (b"GET /", b"Host: x\r\nHost: y\r\n", (400, "bad_request")),
        (b"GET /", b"Host: x\r\nX: " + b"y" * 9000 + b"\r\n", (431, "headers_too_large")),
        (b"POST /", b"Host: x\r\nTransfer-Encoding: rot13\r\n", (501, "http_error")),
    ],
)
def test_requests_that_cannot_be_read_are_told_as_all_others(
    server: subprocess.Popen[str], request_line: bytes, headers: bytes, told: tuple[int, str]
):
    assert answer_on(connect(request_line + b" HTTP/1.1\r\n" + headers + b"\r\n")) == told


@pytest.mark.parametrize(("language", "words"), [(b"en-GB", "The request is malformed"), (b"zh", "请求有误")])
def test_they_are_told_in_the_language_of_the_client(server: subprocess.Popen[str], language: bytes, words: str):
    client = connect(b"GET / HTTP/1.1\r\nAccept-Language: " + language + b"\r\nHost: x\r\nHost: y\r\n\r\n")
    with client, client.makefile("rb") as lines:
        assert words in lines.read().decode()
