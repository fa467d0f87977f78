"""``zongji ring`` as QA meets it: what went wrong is told in one sentence, how a call went is true."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.patience import PATIENCE_SECONDS
from support.ports import free_port
from support.server import Zongji
from zongji.ring import scenario as ring_scenario
from zongji.ring.errors import CannotRing

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "flows" / "virtual-switchboard" / "scenarios"
LANGUAGES = ("en", "zh-CN")


def ring(port: int, *arguments: object, language: str = "en", number: str = "4001234567") -> tuple[int, str]:
    """(status, all that it said)"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ZONGJI_")}
    done = subprocess.run(
        [sys.executable, "-m", "zongji", "ring", f"sip:{number}@127.0.0.1:{port}", *map(str, arguments)], cwd=ROOT,
        env=environment | {"ZONGJI_LOCALE": language}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=PATIENCE_SECONDS,
    )
    assert "Traceback" not in done.stdout
    assert bool(re.search(r"[\u4e00-\u9fff]", done.stdout)) == (language == "zh-CN"), done.stdout
    return done.returncode, done.stdout


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """Extension 801 is asked for and answers."""
    (found,) = (path for path in SCENARIOS.glob("*.yaml") if "sales" in path.stem and "answers" in path.read_text())
    return found


@pytest.fixture
def silent() -> Iterator[int]:
    """A port at which somebody listens and says nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        yield listener.getsockname()[1]


def test_who_hung_up_and_when_it_was_answered(zongji: Zongji) -> None:
    status, said = ring(zongji.sip_port, "--press", "wait:0.5,hangup")
    assert status == 0
    assert "hung up by us" in said
    answered = re.search(r"answered after (\d\.\d\d) s", said)
    assert answered is not None
    assert float(answered[1]) != 1.0, "the telephone's own second"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_password_and_a_number_that_nobody_has(zongji: Zongji, language: str) -> None:
    status, said = ring(zongji.sip_port, "--user", "801", "--password", "wrong", language=language)
    assert (status, "801" in said) == (1, True)
    status, said = ring(zongji.sip_port, number="0000", language=language)
    assert (status, "404" in said) == (1, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_at_the_address(tmp_path: Path, silent: int, language: str) -> None:
    heard = tmp_path / "heard.wav"
    for port in (free_port(), silent):
        status, said = ring(port, "--record", heard, language=language)
        assert status == 1
        assert f"127.0.0.1:{port}" in said
        assert not heard.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scenario_whose_folder_holds_no_zongji(tmp_path: Path, scenario: Path, language: str) -> None:
    status, said = ring(free_port(), "--scenario", scenario, "--data", tmp_path / "typo", language=language)
    assert status == 2
    assert str(tmp_path / "typo" / "zongji.db") in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scenario_at_a_wrong_port_or_number(zongji: Zongji, scenario: Path, silent: int, language: str) -> None:
    with_data = ("--scenario", scenario, "--data", zongji.data)
    status, said = ring(silent, *with_data, language=language)
    assert (status, f"127.0.0.1:{silent}" in said) == (2, True)
    status, said = ring(zongji.sip_port, *with_data, language=language, number="4000000000")
    assert (status, "4000000000" in said) == (2, True)


def test_the_clock_is_put_back_where_nobody_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[float] = []

    class Control:
        def __init__(self, _path: Path) -> None:
            pass

        def __enter__(self) -> Control:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def call(self, _method: str, params: dict[str, float]) -> None:
            moved.append(params["offset_seconds"])

    monkeypatch.setattr(ring_scenario, "ControlClient", Control)
    monkeypatch.setattr(ring_scenario.probe, "answers", lambda *_: False)
    line = ring_scenario.Line("4001234567", "127.0.0.1", 1, tmp_path, tmp_path)
    with pytest.raises(CannotRing), ring_scenario._clock_at(60.0, line):
        pytest.fail("nobody answers")
    assert moved == [60.0, 0.0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_passwords_of_the_extensions_are_missing(
    zongji: Zongji, scenario: Path, tmp_path: Path, language: str
) -> None:
    accounts = tmp_path / "accounts.json"
    arguments = ("--scenario", scenario, "--data", zongji.data, "--accounts", accounts)
    for content in (None, "{", "[]", "{}", '{"801": "wrong"}'):
        if content is not None:
            accounts.write_text(content)
        status, said = ring(zongji.sip_port, *arguments, language=language)
        assert status == 2
        assert "801" in said
        assert content == '{"801": "wrong"}' or str(accounts) in said
    accounts.write_text(json.dumps({"801": zongji.secret("801")}))
    status, said = ring(zongji.sip_port, *arguments, language=language)
    assert (status, scenario.stem in said) == (0, True), said


@pytest.fixture
def without_qa(tmp_path: Path) -> Iterator[Zongji]:
    server = Zongji(tmp_path / "data", environment={"ZONGJI_QA": "0"})
    yield server
    if server.process.poll() is None:
        server.stop()


def test_a_server_that_lets_nobody_move_its_clock_and_one_that_does_not_run(without_qa: Zongji, scenario: Path) -> None:
    arguments = ("--scenario", scenario, "--data", without_qa.data)
    for language in LANGUAGES:
        status, said = ring(without_qa.sip_port, *arguments, language=language)
        assert (status, "ZONGJI_QA=1" in said) == (2, True)
    without_qa.stop()
    for language in LANGUAGES:
        status, said = ring(without_qa.sip_port, *arguments, language=language)
        assert (status, str(without_qa.data) in said) == (2, True)
