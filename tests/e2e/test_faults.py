"""A fault in one call is that call's alone."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import pytest

from support.desk import answer_with, bind, publish, upload
from support.flow_documents import flow, node
from support.processes import all_output, child
from support.raw_phone import RawCall, RawPhone, Reply, Sound
from support.server import Api, Zongji
from support.sound import rms, tone, tone_share, wav_bytes
from support.trouble_flows import player

pytestmark = pytest.mark.e2e

STEADY, BROKEN, TOTALLY_BROKEN = "4000000006", "4000000007", "4000000008"


def lose_audio(zongji: Zongji, api: Api, number: str, document: Any, frequency: float) -> None:
    """Bind a number to a version whose prompt's file has vanished from the disk since."""
    assert upload(api, wav_bytes(tone(frequency, 2)), f"lost-{number}.wav")[0] == 201
    before = set((zongji.data / "audio").rglob("*"))
    version = publish(api, document, f"lost {number}")
    status, wav = api.request("GET", f"/prompts/lost-{number}.wav/audio")
    assert status == 200
    files = list((zongji.data / "audio").rglob(f"{hashlib.sha256(wav[44:]).hexdigest()}.*"))
    assert files, before
    for path in files:
        path.unlink()
    bind(api, number, *version)


def record_of(api: Api, caller: str) -> dict[str, Any]:
    row = api.eventually("/calls?size=100", lambda page: next(
        (item for item in page["items"] if item["caller"] == caller), None))
    return dict(api.get(f"/calls/{row['id']}"))


def test_a_prompt_whose_file_is_gone_leads_to_on_error_and_others_hear_on(zongji: Zongji) -> None:
    api = zongji.api()
    assert upload(api, wav_bytes(tone(800, 5)), "unbroken.wav")[0] == 201
    answer_with(api, STEADY, player("unbroken.wav"))
    lost = f"lost-{BROKEN}.wav"
    lose_audio(zongji, api, BROKEN, flow(
        node("say", "play", prompt=[lost]), node("bye", "hangup", prompt=[]),
        node("error", "hangup", prompt=["pv_error.wav"], cause="error"), edges="say.next -> bye"), 610)
    with (
        RawPhone(zongji.sip_port, "13500000001") as steady, RawPhone(zongji.sip_port, "13500000002") as unlucky,
        Sound() as hearing, Sound() as other,
    ):
        going_on = steady.call(STEADY, hearing.port)
        assert isinstance(going_on, RawCall)
        hearing.forget()
        call = unlucky.call(BROKEN, other.port)
        assert isinstance(call, RawCall)
        bye = unlucky.receive(15)
        while not bye.startswith(b"BYE"):
            bye = unlucky.receive(15)
        heard = hearing.heard()
        assert going_on.hang_up().status == 200
    assert len(other.heard()) / 8000 > 1, "pv_error is heard"
    assert min(rms(heard[at : at + 160]) for at in range(0, len(heard) - 160, 160)) > 2000, "a gap for the others"
    assert tone_share(heard, 800) > 0.95
    record = record_of(api, "13500000002")
    assert record["cause"] == "error"
    assert [step["node"] for step in record["steps"]] == ["start", "say", "error"]
    assert record_of(api, "13500000001")["cause"] == "normal"
    assert "Traceback" not in all_output(zongji)


def test_where_on_error_is_broken_too_the_call_ends(zongji: Zongji) -> None:
    api, runtime = zongji.api(), child(zongji, "runtime")
    lost = f"lost-{TOTALLY_BROKEN}.wav"
    lose_audio(zongji, api, TOTALLY_BROKEN, flow(
        node("say", "play", prompt=[lost]), node("error", "hangup", prompt=[lost], cause="error"),
        edges="say.next -> error"), 620)
    with RawPhone(zongji.sip_port, "13500000003") as phone, Sound() as sound:
        outcome = phone.call(TOTALLY_BROKEN, sound.port)
        if isinstance(outcome, RawCall):
            assert phone.receive(10).startswith(b"BYE")
        else:
            assert isinstance(outcome, Reply)
            assert outcome.status >= 480
    assert record_of(api, "13500000003")["cause"] == "error"
    assert child(zongji, "runtime") == runtime
    assert "Traceback" not in all_output(zongji)


def test_a_disk_that_takes_no_recording_costs_the_recording_only(zongji: Zongji, telephones: Any) -> None:
    """The folder of today's recordings is a file: the talk goes on unrecorded."""
    api = zongji.api()
    number, folder = "4000000009", zongji.data / "recordings"
    kept = folder.rename(folder.with_name("recordings-aside")) if folder.exists() else None
    folder.write_text("in the way")  # a full or read-only disk would not stop root
    answer_with(api, number, flow(
        node("desk", "transfer", targets=[{"kind": "extension", "value": "802"}], ring_seconds=10),
        node("bye", "hangup", prompt=[]),
        edges="desk.answered -> bye, desk.busy -> bye, desk.no_answer -> bye, desk.offline -> bye",
        settings={"record": "after_answer"}))
    try:
        desk = telephones(zongji, "802", answer="auto", frequency=700)
        with RawPhone(zongji.sip_port, "13500000004") as phone, Sound() as sound:
            call = phone.call(number, sound.port)
            assert isinstance(call, RawCall)
            desk.wait_for("CALL_ESTABLISHED")
            sound.forget()
            time.sleep(1)
            assert tone_share(sound.heard(), 700) > 0.9
            assert call.hang_up().status == 200
        record = record_of(api, "13500000004")
        assert (record["cause"], record["recordings"]) == ("normal", [])
        assert "Traceback" not in all_output(zongji)
    finally:
        Path(folder).unlink()
        if kept is not None:
            kept.rename(folder)
