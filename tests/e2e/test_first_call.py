"""The main promise: a telephone dials the number and is led through the demo flow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.clock import set_clock
from support.patience import PATIENCE_SECONDS
from support.phones import Baresip, Line
from support.server import Api, Zongji
from support.sound import loudest_second, rms, tone_share

pytestmark = pytest.mark.e2e

NIGHT = "2026-11-18T23:30:00+08:00"
NUMBER = "4001234567"


@pytest.fixture
def night(zongji: Zongji) -> Iterator[None]:
    with set_clock(zongji.data, NIGHT):
        yield


def last_call(api: Api, caller: str, before: set[str]) -> dict[str, Any]:
    """The record of the caller's newest call that was not there before, with its steps."""
    row = api.eventually("/calls?size=50", lambda page: next(
        (item for item in page["items"] if caller in item["caller"] and item["id"] not in before), None))
    return dict(api.get(f"/calls/{row['id']}"))


def known_calls(api: Api) -> set[str]:
    return {item["id"] for item in api.get("/calls?size=100")["items"]}


@pytest.mark.usefixtures("morning")
def test_menu_key_connects_both_sides_with_sound_each_way(phones: Any, api: Api) -> None:
    before = known_calls(api)
    sales = phones("801", answer="auto", frequency=700)
    caller = phones("13800138000", frequency=1100)
    caller.dial(NUMBER)
    caller.wait_for("CALL_ESTABLISHED")
    caller.press("1")
    sales.wait_for("CALL_ESTABLISHED")
    api.eventually("/live/calls", lambda page: any(caller.line.user in item["caller"] for item in page["items"]))
    listen(3)
    caller.hang_up()
    sales.wait_for("CALL_CLOSED")
    record = last_call(api, caller.line.user, before)
    assert record["answered_by"] == "801"
    assert record["ended_by"] == "caller"
    assert ("menu", "1") in [(step["type"], step["exit"]) for step in record["steps"]]
    assert tone_share(loudest_second(sales.heard()), 1100) > 0.9
    assert tone_share(loudest_second(caller.heard()[-16000:]), 700) > 0.9


@pytest.mark.usefixtures("morning")
@pytest.mark.parametrize(("caller_law", "callee_law"), [("PCMA", "PCMU"), ("PCMU", "PCMA")])
def test_telephones_of_different_codecs_hear_each_other(
    phones: Any, api: Api, caller_law: str, callee_law: str
) -> None:
    sales = phones("802", answer="auto", frequency=600, codecs=callee_law)
    caller = phones("13800138001", frequency=1300, codecs=caller_law)
    caller.dial(NUMBER)
    caller.wait_for("CALL_ESTABLISHED")
    caller.press("2")
    sales.wait_for("CALL_ESTABLISHED")
    listen(2.5)
    sales.hang_up()
    sales.wait_for("CALL_CLOSED")
    caller.hang_up()
    assert tone_share(loudest_second(sales.heard()), 1300) > 0.9
    assert tone_share(caller.heard()[-20000:], 600) > 0.4


@pytest.mark.usefixtures("morning")
def test_direct_extension_rings_with_ringback_and_the_answerer_hangs_up(phones: Any, api: Api) -> None:
    before = known_calls(api)
    desk = phones("803", frequency=700)
    caller = phones("13800138002", frequency=1100)
    caller.dial(NUMBER)
    caller.wait_for("CALL_ESTABLISHED")
    caller.press("803")
    desk.wait_for("CALL_INCOMING")
    listen(2)
    desk.accept()
    desk.wait_for("CALL_ESTABLISHED")
    listen(1)
    desk.hang_up()
    listen(1)
    caller.hang_up()
    record = last_call(api, caller.line.user, before)
    assert record["answered_by"] == "803"
    assert any(step["exit"] == "answered" for step in record["steps"])
    heard = caller.heard()
    seconds = [heard[start : start + 4000] for start in range(0, len(heard) - 4000, 4000)]
    assert any(tone_share(part, 450) > 0.9 and rms(part) > 300 for part in seconds), "no ringback at 450 Hz"


@pytest.mark.usefixtures("night")
def test_at_night_a_message_is_left_and_can_be_heard_in_the_page(phones: Any, api: Api) -> None:
    known = {item["id"] for item in api.get("/voicemails")["items"]}
    caller = phones("13800138003", frequency=700)
    caller.dial(NUMBER)
    caller.wait_for("CALL_ESTABLISHED")
    listen_until_beep(caller)
    listen(3)
    caller.press("#")
    message = api.eventually("/voicemails", lambda page: next(
        (item for item in page["items"] if item["id"] not in known), None))
    caller.hang_up()
    assert caller.line.user in message["caller"]
    assert 2 <= message["seconds"] <= 20
    status, wav = api.request("GET", f"/voicemails/{message['id']}/audio")
    assert status == 200
    sound = np.frombuffer(wav[44:], "<i2")
    assert tone_share(loudest_second(sound), 700) > 0.9


def test_wrong_password_registers_nobody(zongji: Zongji, tmp_path: Path) -> None:
    with Baresip(tmp_path / "thief", Line("801", "guess", zongji.sip_port)) as thief:
        thief.wait_log("401 Unauthorized")


def test_an_unknown_number_is_not_found(phones: Any) -> None:
    caller = phones("13800138004")
    caller.dial("4009999999")
    closed = caller.wait_for("CALL_CLOSED")
    assert "404" in closed["param"]


def listen(seconds: float) -> None:
    """Let the telephones talk: real time has to pass for sound to be there."""
    import time

    time.sleep(seconds)


def listen_until_beep(caller: Baresip, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until a 1,000 Hz beep was heard by the telephone (its recording grows while it listens)."""
    import time

    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(0.3)
        try:
            recent = caller.heard()[-4000:]
        except IndexError:
            continue
        parts = [recent[start : start + 800] for start in range(0, len(recent) - 800, 400)]
        if any(tone_share(part, 1000, 60) > 0.8 and rms(part) > 300 for part in parts):
            return
    raise AssertionError("no beep was heard")
