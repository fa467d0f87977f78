"""The start itself, as a newcomer sees it: what is printed is true, stopping is clean, the next start is the same."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.patience import PATIENCE_SECONDS
from support.raw_phone import RawCall, RawPhone, Sound
from support.server import Zongji

pytestmark = pytest.mark.e2e


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Zongji]:
    """A Zongji on a data folder that did not exist."""
    server = Zongji(tmp_path / "data")
    yield server
    if server.process.poll() is None:
        server.stop()


def rows(banner: str) -> dict[str, str]:
    """Label -> value of the banner's rows."""
    lines = banner[banner.index("Zongji is ready") :].splitlines()
    split = [line.strip().split("  ", 1) for line in lines if line.startswith("  ")]
    return {parts[0]: parts[1].strip() for parts in split if len(parts) == 2}


def health(zongji: Zongji) -> dict[str, str]:
    with urllib.request.urlopen(f"{zongji.url}/healthz", timeout=PATIENCE_SECONDS) as response:
        answer: dict[str, str] = json.loads(response.read())
    return answer


def check_banner(zongji: Zongji, banner: str) -> None:
    known = zongji.credentials
    assert rows(banner) == {
        "Page": f"{zongji.url}/",
        "Administrator": "admin",
        "Password": known["password"],
        "Dial": "400-123-4567 (4001234567)",
        "SIP address": f"127.0.0.1:{zongji.sip_port}",
    }
    for number in ("801", "802", "803"):
        extension = known["extensions"][number]
        assert f"extension {number} {extension['name']}: password {extension['secret']}" in banner
    for part in ("Monday to Friday 9:00-18:00", "--clock SECONDS", "--sip udp:YOUR-ADDRESS:5060", "Ctrl-C"):
        assert part in banner


def use_what_was_printed(zongji: Zongji) -> None:
    """Sign in, register extension 801, dial the number."""
    assert health(zongji) == {"web": "ok", "runtime": "ok"}
    assert zongji.api().get("/numbers")["items"][0]["number"] == "4001234567"
    with urllib.request.urlopen(f"{zongji.url}/", timeout=PATIENCE_SECONDS) as response:
        assert b"<html" in response.read()
    with RawPhone(zongji.sip_port) as phone, Sound() as sound:
        call = phone.call("4001234567", sound.port)
        assert isinstance(call, RawCall), call
        assert call.hang_up().status == 200


def check_private(data: Path) -> None:
    """Nobody but the owner reads what lies there: the database holds what a telephone signs in with."""
    found = [data, *data.rglob("*")]
    assert {"zongji.db", "web.log", "runtime.log", "control.sock"} <= {path.name for path in found}
    assert [path for path in found if path.stat().st_mode & 0o077] == []


def test_start_stop_and_start_again(fresh: Zongji) -> None:
    check_banner(fresh, fresh.printed())
    use_what_was_printed(fresh)
    check_private(fresh.data)
    first = fresh.credentials
    assert fresh.stop() == 0
    printed = fresh.printed()
    assert printed.rstrip().endswith("Zongji has stopped.")
    assert "Traceback" not in printed + fresh.logs()

    fresh.start()
    again = fresh.printed()[len(printed) :]
    assert fresh.credentials == first
    assert "First start" not in again
    check_banner(fresh, again)
    use_what_was_printed(fresh)
    assert fresh.stop() == 0


def test_the_banner_once_the_password_was_changed_and_once_it_was_lost(fresh: Zongji) -> None:
    password = fresh.credentials["password"]
    fresh.api().put("/session/password", {"old": password, "new": "correct horse battery"})
    assert fresh.stop() == 0
    begin = len(fresh.printed())
    fresh.start()
    changed = fresh.printed()[begin:]
    assert rows(changed)["Password"] == "(changed by you)"
    assert password not in changed
    assert fresh.stop() == 0

    (fresh.data / "demo.json").unlink()
    begin = len(fresh.printed())
    fresh.start()
    lost = fresh.printed()[begin:]
    assert "zongji user password admin" in lost
    assert not {"Administrator", "Password", "Dial"} & set(rows(lost))
    assert fresh.stop() == 0
