"""The files of docs/how-to/add-a-node.md, and none else, make a node type that works in simulator and runtime."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from runtime.conftest import Line, bind
from runtime.test_runtime_process import Process

from interpreter.sip.events import CallEnded
from store import open_store
from support.replays import Replays
from support.server import Zongji

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to" / "add-a-node.md"
FILE = re.compile(r"^`([^`\n]+)`\n\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the page's files, which every process that is started now looks into."""
    folder = tmp_path / "extra"
    for name, content in FILE.findall(PAGE.read_text("utf-8")):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")
    monkeypatch.setenv("ZONGJI_EXTRA", str(folder))
    monkeypatch.setenv("ZONGJI_LOCALE", "en")
    return folder


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


def test_the_page_gives_the_files_that_it_lists(extra: Path) -> None:
    listed = re.findall(r"^\| `([^`]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
    wanted = {name.replace("TYPE", "ticket").replace("KIND", "ticket") for name in listed}
    found = {str(path.relative_to(extra)) for path in extra.rglob("*") if path.is_file()}
    assert len(wanted) == 5
    assert {name for name in found if not name.startswith("shop/")} == wanted


@pytest.mark.e2e
def test_its_cases_hold_and_a_scenario_runs(extra: Path) -> None:
    files = ("tests/nodes", "tests/flow/test_schemas.py")
    cases = run("-m", "pytest", "-p", "no:cacheprovider", *files, "-k", "ticket or every_type")
    assert cases.returncode == 0, cases.stdout
    simulated = run("-m", "zongji", "simulate", str(extra / "shop"), "--coverage")
    assert simulated.returncode == 0, simulated.stdout + simulated.stderr
    assert "2 passed, 0 failed" in simulated.stdout
    assert "asks a service" in run("-m", "zongji", "compile", str(extra / "shop" / "flow.json")).stdout


@pytest.mark.e2e
def test_the_page_offers_it_checks_it_and_publishes_it(extra: Path, tmp_path: Path) -> None:
    document = json.loads((extra / "shop" / "flow.json").read_text("utf-8"))
    document["nodes"][1]["config"]["timeout"] = 20
    server = Zongji(tmp_path / "data")
    try:
        api = server.api()
        assert "ticket" in api.get("/schemas")["nodes"]
        issues = api.post("/check", {"document": document})["issues"]
        assert [issue["message"]["en"] for issue in issues] == ["Callers wait in silence for 20 seconds."]
        made = api.post("/flows", {"name": "shop", "document": document})
        published = api.post(f"/flows/{made['id']}/versions", {"revision": made["revision"], "note": ""})
        assert published["number"] == 1
    finally:
        server.stop()


KEYS = """
import json, sys
from interpreter.compiler import compile_flow
print(json.dumps(sorted(compile_flow(json.load(open(sys.argv[1], encoding="utf-8"))).prompt_keys)))
"""


@pytest.mark.e2e
async def test_a_telephone_draws_a_ticket(extra: Path, line: Line, way, monkeypatch, replays: Replays) -> None:
    replays.undecided.add("program")  # only the runtime's process knows the node type
    asked = []

    async def machine(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readline()).decode())
        writer.write(b"12\n" if len(asked) == 1 else b"out of paper\n" if len(asked) == 2 else b"closed\n")
        writer.close()

    server = await asyncio.start_server(machine, "127.0.0.1", 0)
    monkeypatch.setenv("TICKET_MACHINE", f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
    publish(line, extra / "shop" / "flow.json")
    process = Process(line)
    async with server:
        await process.start()
        phone = await line.phone()
        ways = []
        for n in range(3):
            phone.dial("4001110009")
            await phone.wait(CallEnded)
            ways.append(way(await line.record(n + 1))[1:3])
        assert await process.end() == 0
    assert ways == [
        [("draw", "ok"), ("drawn", "next")],
        [("draw", "error"), ("sorry", None)],
        [("draw", "closed"), ("closed", None)],
    ]
    assert asked == ["repairs 13800138000\n"] * 3


def publish(line: Line, file: Path) -> None:
    """Bind the flow to a number, with one short sound for all of its prompts."""
    store = open_store(line.settings.database_url)
    (sha, *_) = [path.stem for path in (line.data / "audio").rglob("*.ulaw")]
    keys = json.loads(run("-c", KEYS, str(file)).stdout)
    bind(store, line.tenant, "4001110009", json.loads(file.read_text("utf-8")), dict.fromkeys(keys, sha))
    store.close()
