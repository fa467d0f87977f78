"""The runtime is killed in the middle of everything: what was on disk is kept, what was unfinished says so."""

from __future__ import annotations

import io
import time
import urllib.request
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interpreter.control.client import RuntimeUnreachable, ask
from support.desk import answer_with
from support.journal_files import wait_for_end_in_journal
from support.patience import PATIENCE_SECONDS
from support.phones import Baresip
from support.processes import all_output, child, kill, new_child
from support.raw_phone import RawCall, RawPhone, Sound
from support.server import Api, Zongji
from support.sound import loudest_second, rms, tone, tone_share
from support.trouble_flows import switchboard

pytestmark = pytest.mark.e2e

NUMBER = "4000000001"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zongji]:
    server = Zongji(tmp_path_factory.mktemp("killed") / "data")
    answer_with(server.api(), NUMBER, switchboard())
    try:
        yield server
    finally:
        server.stop()


def call_of(api: Api, caller: str) -> dict[str, Any]:
    """The caller's one record, with steps and recordings."""
    row = api.eventually("/calls?size=100", lambda page: next(
        (item for item in page["items"] if item["caller"] == caller), None))
    return dict(api.get(f"/calls/{row['id']}"))


def audio(api: Api, path: str) -> np.ndarray:
    """A WAV file of the API as any reader of WAV files sees it, shape (frames, channels)."""
    status, raw = api.request("GET", path)
    assert status == 200, raw
    with wave.open(io.BytesIO(raw)) as file:
        assert (file.getframerate(), file.getsampwidth()) == (8000, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return samples.reshape(-1, file.getnchannels())


def begin(phone: Baresip, key: str = "") -> None:
    phone.dial(NUMBER)
    phone.wait_for("CALL_ESTABLISHED")
    phone.press(key)


def wait_until_running(data: Path, seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            ask(data / "control.sock", "health", timeout=0.5)
        except RuntimeUnreachable:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def call_and_hang_up(server: Zongji, caller: str) -> None:
    with RawPhone(server.sip_port, caller) as phone, Sound() as silence:
        call = phone.call(NUMBER, silence.port)
        assert isinstance(call, RawCall)
        assert call.hang_up().status == 200


def test_killed_during_calls(server: Zongji, telephones: Any) -> None:
    api = server.api()
    sales = telephones(server, "801", answer="auto", frequency=700)
    desk = telephones(server, "802", answer="auto", frequency=600)
    call_and_hang_up(server, "13800000001")
    choosing = telephones(server, "13800000002")
    talking = telephones(server, "13800000003", frequency=1100)
    speaking = telephones(server, "13800000004", frequency=700)
    begin(choosing)
    begin(talking, "1")
    sales.wait_for("CALL_ESTABLISHED")
    talk_began = time.monotonic()
    begin(speaking, "2")
    while not list(server.data.glob("voicemail/*/*.wav")):
        time.sleep(0.02)
    message_began = time.monotonic()
    time.sleep(4)
    call_and_hang_up(server, "13800000005")
    wait_for_end_in_journal(server.data, 2)
    old = child(server, "runtime")
    kill(old)
    killed = time.monotonic()
    new_child(server, "runtime", old)
    wait_until_running(server.data)

    for caller in ("13800000002", "13800000003", "13800000004"):
        record = call_of(api, caller)
        assert (record["cause"], record["ended_by"]) == ("node_lost", "system")
        assert record["steps"]
    for caller in ("13800000001", "13800000005"):
        record = call_of(api, caller)
        assert (record["cause"], record["ended_by"]) == ("normal", "caller")
    assert len(api.get("/calls?size=100")["items"]) == 5

    talk_record = call_of(api, "13800000003")
    (recording,) = talk_record["recordings"]
    assert talk_record["seconds"] >= recording["seconds"], "a call lasts as long as what was recorded of it"
    talk = audio(api, f"/recordings/{recording['id']}/audio")
    assert len(talk) / 8000 == pytest.approx(killed - talk_began, abs=1.0)
    assert recording["seconds"] == pytest.approx(len(talk) / 8000, abs=0.05)
    assert tone_share(loudest_second(talk[-16000:, 0]), 1100) > 0.9
    assert tone_share(loudest_second(talk[-16000:, 1]), 700) > 0.9

    (message,) = api.get("/voicemails")["items"]
    left = audio(api, f"/voicemails/{message['id']}/audio")
    assert message["caller"] == "13800000004"
    assert len(left) / 8000 == pytest.approx(killed - message_began, abs=1.0)
    assert message["seconds"] == pytest.approx(len(left) / 8000, abs=0.05)
    assert tone_share(loudest_second(left[:, 0]), 700) > 0.9

    registered = registrations(desk)
    caller = telephones(server, "13800000006", frequency=1200)
    begin(caller, "3")
    desk.wait_for("CALL_ESTABLISHED")
    time.sleep(1.5)
    caller.hang_up()
    assert tone_share(loudest_second(desk.heard()), 1200) > 0.9
    assert registrations(desk) == registered == 1, "802 registered again: nothing was proven"
    assert "Traceback" not in all_output(server)


def test_calls_that_end_just_before_the_kill_are_never_lost(server: Zongji) -> None:
    """Not even those of the last milliseconds: a call is finished, or closed as lost, but it is there."""
    api = server.api()
    callers = [f"1390000{n:04d}" for n in range(12)]
    calls = []
    with Sound() as silence:
        for caller in callers:
            phone = RawPhone(server.sip_port, caller)
            call = phone.call(NUMBER, silence.port)
            assert isinstance(call, RawCall)
            calls.append(call)
        time.sleep(0.3)
        for call in calls:
            assert call.hang_up().status == 200
            time.sleep(0.02)
        old = child(server, "runtime")
        kill(old)
        for call in calls:
            call.phone.socket.close()
    new_child(server, "runtime", old)
    wait_until_running(server.data)
    page = api.eventually("/calls?size=100", lambda page: page if sum(
        item["caller"] in callers for item in page["items"]) == len(callers) else None)
    causes = {item["caller"]: item["cause"] for item in page["items"] if item["caller"] in callers}
    assert set(causes) == set(callers)
    assert [causes[caller] for caller in callers] == ["normal"] * len(callers)


def test_a_killed_web_process_comes_back_and_no_call_notices(server: Zongji) -> None:
    with RawPhone(server.sip_port, "13800000007") as phone, Sound(tone(700, 5)) as sound:
        call = phone.call(NUMBER, sound.port)
        assert isinstance(call, RawCall)
        sound.speak_to(call.media_port)
        sound.press("2", call.media_port)
        old = child(server, "web")
        kill(old)
        new_child(server, "web", old)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not answers(server):
            assert time.monotonic() < deadline, all_output(server)
            time.sleep(0.1)
        time.sleep(0.5)
        assert call.hang_up().status == 200
    api = server.api()
    record = call_of(api, "13800000007")
    assert (record["cause"], record["ended_by"]) == ("normal", "caller")
    message = api.eventually("/voicemails", lambda page: next(
        (item for item in page["items"] if item["caller"] == "13800000007"), None))
    left = audio(api, f"/voicemails/{message['id']}/audio")[:, 0]
    pieces = [left[start : start + 400] for start in range(800, len(left) - 800, 400)]
    spoken = [piece for piece in pieces if rms(piece) > 1000]
    gaps = (len(pieces) - len(spoken)) * 400 / 8000
    assert gaps <= 2 * sound.stalled, "the message has a gap that the caller did not make"
    assert tone_share(np.concatenate(spoken), 700) > 0.9
    assert "Traceback" not in all_output(server)


def registrations(phone: Baresip) -> int:
    return (phone.folder / "log").read_text(errors="replace").count("200 OK")


def answers(server: Zongji) -> bool:
    try:
        with urllib.request.urlopen(f"{server.url}/healthz", timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def test_a_killed_supervisor_takes_its_processes_along_and_can_be_started_again(server: Zongji) -> None:
    """Last in this file: whoever looks for it afterwards finds another process."""
    children = [child(server, "web"), child(server, "runtime")]
    with RawPhone(server.sip_port, "13800000008") as phone, Sound() as silence:
        assert isinstance(phone.call(NUMBER, silence.port), RawCall)
        time.sleep(0.3)
        server.process.kill()
        server.process.wait()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while any(Path(f"/proc/{pid}").exists() for pid in children):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    server.start()
    assert call_of(server.api(), "13800000008")["cause"] in ("shutdown", "node_lost")
    assert "Traceback" not in all_output(server)
