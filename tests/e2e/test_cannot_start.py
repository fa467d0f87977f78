"""What people get wrong on the command line: one clear message in their language, a status, nothing half-written."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from support.patience import PATIENCE_SECONDS
from support.ports import free_port

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
DEMO_FLOW = ROOT / "flows" / "virtual-switchboard"
LANGUAGES = ("en", "zh-CN")


@dataclass(frozen=True)
class Told:
    """How a command ended and all that it said."""

    status: int
    text: str

    def check(self, language: str, *parts: str) -> None:
        """A sentence of that language with these parts, no traceback."""
        assert "Traceback" not in self.text
        for part in parts:
            assert part in self.text
        assert bool(re.search(r"[\u4e00-\u9fff]", self.text)) == (language == "zh-CN"), self.text


def zongji(*arguments: object, language: str = "en", seconds: float = PATIENCE_SECONDS, **settings: object) -> Told:
    """Run the command; settings go into the environment as ZONGJI_*."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ZONGJI_")}
    environment |= {"ZONGJI_LOCALE": language} | {f"ZONGJI_{name.upper()}": str(v) for name, v in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "zongji", *map(str, arguments)], cwd=ROOT, env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    try:
        text, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        text, _ = process.communicate(timeout=PATIENCE_SECONDS)
        raise AssertionError(f"it did not end: {text}") from None
    return Told(process.returncode, text)


def serve(data: Path, language: str, **settings: object) -> Told:
    addresses = {"web": f"127.0.0.1:{free_port()}", "sip": f"udp:127.0.0.1:{free_port()}"}
    told = zongji("serve", data=data, language=language, **(addresses | settings))
    assert told.status not in (0, 1), told
    for log in data.glob("log/*.log") if data.is_dir() else ():
        assert "Traceback" not in log.read_text()
    return told


@pytest.fixture
def held() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_port_of_the_page_is_in_use(tmp_path: Path, held: ExitStack, language: str) -> None:
    port = free_port()
    taken = held.enter_context(socket.socket())
    taken.bind(("127.0.0.1", port))
    taken.listen()
    told = serve(tmp_path / "data", language, web=f"127.0.0.1:{port}")
    told.check(language, f"127.0.0.1:{port}", "--web", {"en": "in use", "zh-CN": "占用"}[language])
    again = serve(tmp_path / "data", language, web="192.0.2.1:8080")
    again.check(language, "192.0.2.1:8080")
    assert f"127.0.0.1:{port}" not in again.text, "an old complaint"


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_programs_page_is_not_taken_for_ours(tmp_path: Path, held: ExitStack, language: str) -> None:
    stranger = ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    held.callback(stranger.server_close)
    held.callback(stranger.shutdown)
    threading.Thread(target=stranger.serve_forever, daemon=True).start()
    port = stranger.server_address[1]
    told = serve(tmp_path / "data", language, web=f"127.0.0.1:{port}")
    told.check(language, f"127.0.0.1:{port}", "--web", {"en": "in use", "zh-CN": "占用"}[language])
    for word in ("is ready", "已就绪"):
        assert word not in told.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sip_port_is_in_use(tmp_path: Path, held: ExitStack, language: str) -> None:
    port = free_port()
    taken = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    taken.bind(("127.0.0.1", port))
    told = serve(tmp_path / "data", language, sip=f"udp:127.0.0.1:{port}")
    told.check(language, f"udp:127.0.0.1:{port}", "--sip")
    assert "local_addr" not in told.text
    assert not list(tmp_path.glob("data/journal/*.jsonl"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sip_address_is_none_of_this_machine(tmp_path: Path, language: str) -> None:
    told = serve(tmp_path / "data", language, sip="udp:192.0.2.1:5060")
    reason = {"en": "no such address", "zh-CN": "本机没有这个地址"}[language]
    told.check(language, "udp:192.0.2.1:5060", "--sip", reason)
    for wrong in ("Cannot assign", "hold the port", "占用"):
        assert wrong not in told.text


def database(kind: str, folder: Path) -> tuple[str, str]:
    """(URL, what the message names)"""
    if kind == "folder":
        return f"sqlite:///{folder}", str(folder)
    if kind == "corrupt":
        (folder / "corrupt.db").write_bytes(os.urandom(100_000))
        return f"sqlite:///{folder / 'corrupt.db'}", "corrupt.db"
    if kind == "nowhere":
        return f"sqlite:///{folder / 'no' / 'zongji.db'}", "zongji.db"
    if kind == "postgresql":
        return f"postgresql+psycopg://ivr:geheim@127.0.0.1:{free_port()}/ivr", "ivr:***@127.0.0.1"
    return "no database at all, geheim", ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["folder", "corrupt", "nowhere", "postgresql", "nonsense"])
def test_the_database_cannot_be_opened(tmp_path: Path, kind: str, language: str) -> None:
    url, named = database(kind, tmp_path)
    before = (tmp_path / "corrupt.db").read_bytes() if kind == "corrupt" else b""
    told = serve(tmp_path / "data", language, database=url)
    told.check(language, named)
    assert "geheim" not in told.text
    assert (tmp_path / "corrupt.db").read_bytes() == before if kind == "corrupt" else True
    assert {path.name for path in (tmp_path / "data").iterdir()} <= {"lock", "log"}, "something was left behind"


def test_a_database_server_that_says_nothing_is_given_up(tmp_path: Path, held: ExitStack) -> None:
    port = free_port()
    silent = held.enter_context(socket.socket())
    silent.bind(("127.0.0.1", port))
    silent.listen()
    url = f"postgresql+psycopg://ivr:geheim@127.0.0.1:{port}/ivr"
    told = serve(tmp_path / "data", "zh-CN", database=url)
    told.check("zh-CN", f"ivr:***@127.0.0.1:{port}")
    assert "geheim" not in told.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_can_be_listed_though_the_database_url_is_none(language: str) -> None:
    told = zongji("settings", language=language, database="no database at all, geheim")
    assert told.status == 0
    assert "geheim" not in told.text
    assert "Traceback" not in told.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["file", "below-a-file", "not-writable", "log-is-a-file", "locked"])
def test_the_data_folder_cannot_be_used(tmp_path: Path, held: ExitStack, kind: str, language: str) -> None:
    data = tmp_path / "data"
    if kind in ("file", "below-a-file"):
        data.write_text("mine")
    if kind == "not-writable":
        data = Path("/proc/zongji")
    if kind in ("log-is-a-file", "locked"):
        data.mkdir()
        (data / "log").write_text("") if kind == "log-is-a-file" else None
    if kind == "locked":
        lock = held.enter_context((data / "lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711")
        lock.flush()
    told = serve(data / "data" if kind == "below-a-file" else data, language)
    told.check(language, str(data), "--data")
    if kind == "locked":
        assert "4711" in told.text
        assert (data / "lock").read_text() == "4711"
    if kind == "file":
        assert data.read_text() == "mine"


@pytest.mark.parametrize(
    ("content", "part", "language"),
    [
        (b"web = [[[", "", "en"),
        (b"\xff\xfe", "", "zh-CN"),
        (b"colour = 'red'", "colour", "en"),
        (b"web = 5", "web", "zh-CN"),
        (b"max_calls = 'many'", "max_calls", "en"),
        (b"sip = ['tcp:127.0.0.1:5060']", "tcp:127.0.0.1:5060", "zh-CN"),
        (b"[web]\nhost = 1", "web", "en"),
        (b"upload_limit = 1e9", "upload_limit", "zh-CN"),
    ],
    ids=["cut", "bytes", "unknown", "type", "value", "list", "table", "float"],
)
def test_the_settings_file_is_broken(tmp_path: Path, content: bytes, part: str, language: str) -> None:
    file = tmp_path / "zongji.toml"
    file.write_bytes(content)
    told = zongji("serve", "--data", tmp_path / "data", "--config", file, language=language)
    assert told.status == os.EX_CONFIG
    told.check(language, "zongji.toml", part)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "part", "language"),
    [
        (["4001234567"], "4001234567", "en"),
        (["sip:4001234567@127.0.0.1:99999"], "99999", "zh-CN"),
        (["sip:4001234567@nowhere.invalid"], "nowhere.invalid", "zh-CN"),
        (["sip:4001234567@127.0.0.1", "--press", "x y"], "x y", "en"),
        (["sip:4001234567@127.0.0.1", "--record", "/proc/no/heard.wav"], "/proc/no/heard.wav", "en"),
        (["sip:4001234567@127.0.0.1", "--record", "pyproject.toml"], "pyproject.toml", "zh-CN"),
        (["sip:4001234567@127.0.0.1", "--scenario", "pyproject.toml"], "pyproject.toml", "en"),
    ],
    ids=["target", "port", "host", "steps", "record", "record-exists", "scenario"],
)
def test_a_call_that_cannot_be_made(arguments: list[str], part: str, language: str) -> None:
    told = zongji("ring", *arguments, language=language)
    assert told.status == 2
    told.check(language, part)


def test_names_and_numbers_that_nobody_can_use(tmp_path: Path) -> None:
    data = {"data": tmp_path / "data"}
    assert zongji("tenant", "add", "Acme", **data).status == 0
    commands = (["tenant", "add", " "], ["user", "add", ""], ["user", "add", "a\nb"], ["user", "add", "admin"],
                ["extension", "add", "1234567"], ["number", "add", "abc"])
    for command, language in zip(commands, LANGUAGES * 3, strict=True):
        told = zongji(*command, language=language, **data)
        assert told.status in (2, os.EX_CONFIG), command
        told.check(language)


FLOWS = {
    "cut": b'{"format": ',
    "empty": b"",
    "bytes": b"\xff\xfe\x00",
    "list": b"[1, 2]",
    "null": b"null",
    "nest": b"[" * 100_000 + b"]" * 100_000,
    "types": b'{"format": "zongji.flow/1", "name": 5, "nodes": {}, "edges": "x", "settings": []}',
    "odd": b'{"format": "zongji.flow/1", "nodes": [null, 5, {"id": []}], "edges": [null]}',
    "surrogate": b'{"x": NaN, "y": 1e999, "z": "\\ud800"}',
}


@pytest.mark.parametrize(
    ("command", "kind", "language"),
    [(command, kind, LANGUAGES[n % 2]) for command in ("check", "compile", "simulate") for n, kind in enumerate(FLOWS)
     if command == "check" or kind in ("cut", "bytes", "types")],
)  # fmt: skip
def test_a_flow_file_that_is_none(tmp_path: Path, command: str, kind: str, language: str) -> None:
    file = tmp_path / "flow.json"
    file.write_bytes(FLOWS[kind])
    told = zongji(command, file, language=language)
    assert told.status in (1, 2)
    told.check(language)


SCENARIOS = {
    "cut": b"a: [",
    "number": b"5",
    "empty": b"",
    "bytes": b"\xff",
    "types": b"steps: 7",
    "nest": b"a: " + b"[" * 3000,
    "bomb": b"a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]\n",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_scenario_files_that_are_none(tmp_path: Path, language: str) -> None:
    files = []
    for name, content in SCENARIOS.items():
        files.append(tmp_path / f"{name}.yaml")
        files[-1].write_bytes(content)
    told = zongji("simulate", DEMO_FLOW, *files, tmp_path / "missing.yaml", language=language)
    assert told.status == 2
    told.check(language, *(file.name for file in files), "missing.yaml")
