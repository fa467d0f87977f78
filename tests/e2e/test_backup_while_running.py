"""A backup of a running Zongji comes back as one that answers calls and knows those of before."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.patience import PATIENCE_SECONDS
from support.raw_phone import RawCall, RawPhone, Sound
from support.server import ROOT, Api, Zongji
from support.sound import tone

pytestmark = pytest.mark.e2e

NUMBER = "4001234567"


def command(*arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "zongji", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def callers(api: Api, *wanted: str) -> dict[str, str]:
    """caller -> cause, once all of these have a record."""

    def found(page: dict) -> dict[str, str] | None:
        known = {item["caller"]: item["cause"] for item in page["items"]}
        return known if known.keys() >= set(wanted) else None

    return dict(api.eventually("/calls?size=100", found))


def test_what_was_running_comes_back_and_runs(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    server = Zongji(tmp_path / "first")
    try:
        with RawPhone(server.sip_port, "13800000001") as phone, Sound(tone(500, 1)) as sound:
            call = phone.call(NUMBER, sound.port)
            assert isinstance(call, RawCall), call
            call.hang_up()
        assert "13800000001" in callers(server.api(), "13800000001")
        with RawPhone(server.sip_port, "13800000002") as phone, Sound(tone(500, 1)) as sound:
            call = phone.call(NUMBER, sound.port)
            assert isinstance(call, RawCall), call
            command("backup", file, "--data", server.data)
            call.hang_up()
            assert callers(server.api(), "13800000002")["13800000002"] == "normal", "it was not disturbed"
    finally:
        server.stop()
    command("restore", file, "--data", tmp_path / "second")
    again = Zongji(tmp_path / "second")
    try:
        api = again.api()  # the password of before
        causes = callers(api, "13800000001", "13800000002")
        assert causes["13800000001"] == "normal"
        assert causes["13800000002"] == "node_lost", "it was in progress"
        with RawPhone(again.sip_port, "13800000003") as phone, Sound(tone(500, 1)) as sound:
            call = phone.call(NUMBER, sound.port)
            assert isinstance(call, RawCall), call
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not len(sound.heard()):
                assert time.monotonic() < deadline, "nothing is heard: prompts came back too"
                time.sleep(0.05)
            call.hang_up()
    finally:
        again.stop()
