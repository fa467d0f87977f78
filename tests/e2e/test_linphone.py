"""A second maker's telephone: linphonec registers, calls the number, is called, and sound passes both ways."""

from __future__ import annotations

import time
from typing import Any

import pytest

from support.desk import answer_with, upload
from support.flow_documents import flow, node
from support.linphone import Linphone
from support.patience import PATIENCE_SECONDS
from support.raw_phone import RawCall, RawPhone, Sound
from support.server import Zongji
from support.sound import loudest_second, tone, tone_share, wav_bytes

pytestmark = pytest.mark.e2e

MUSIC, TO_803 = "4000000010", "4000000011"
@pytest.fixture(scope="module")
def numbers(zongji: Zongji) -> None:
    api = zongji.api()
    assert upload(api, wav_bytes(tone(850, 5)), "linphone.wav")[0] == 201
    answer_with(api, MUSIC, flow(
        node("menu", "menu", prompt=["linphone.wav"], keys={"5": "five"}, attempts=1, timeout=20, no_input_prompt=[],
             no_match_prompt=[]),
        node("bye", "hangup", prompt=[]), edges="menu.5 -> bye, menu.no_input -> bye, menu.no_match -> bye"))
    answer_with(api, TO_803, flow(
        node("desk", "transfer", targets=[{"kind": "extension", "value": "803"}], ring_seconds=15),
        node("bye", "hangup", prompt=[]),
        edges="desk.answered -> bye, desk.busy -> bye, desk.no_answer -> bye, desk.offline -> bye"))


@pytest.mark.usefixtures("numbers")
def test_linphone_registers_calls_the_number_and_presses_a_key(zongji: Zongji, linphone: Linphone) -> None:
    api = zongji.api()
    linphone.say(f"call sip:{MUSIC}@127.0.0.1:{zongji.sip_port}")
    api.eventually("/live/calls", lambda page: any(item["called"] == MUSIC for item in page["items"]))
    time.sleep(2)
    linphone.say("5")
    row: dict[str, Any] = api.eventually("/calls?size=100", lambda page: next(
        (item for item in page["items"] if item["called"] == MUSIC), None), 15)
    assert (row["caller"], row["cause"], row["ended_by"]) == ("803", "normal", "flow")
    steps = api.get(f"/calls/{row['id']}")["steps"]
    assert ("menu", "5") in [(step["node"], step["exit"]) for step in steps]
    assert tone_share(loudest_second(linphone.heard()), 850) > 0.9


@pytest.mark.usefixtures("numbers")
def test_linphone_is_called_and_hears_and_is_heard(zongji: Zongji, linphone: Linphone) -> None:
    with RawPhone(zongji.sip_port, "13400000001") as phone, Sound(tone(1100, 10)) as sound:
        call = phone.call(TO_803, sound.port)
        assert isinstance(call, RawCall)
        sound.speak_to(call.media_port)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while tone_share(sound.heard()[-8000:], 1300) < 0.9:
            assert time.monotonic() < deadline, linphone.log()[-3000:]
            time.sleep(0.1)
        time.sleep(1.5)
        heard = sound.heard()[-8000:]
        assert call.hang_up().status == 200
    record = zongji.api().eventually("/calls?size=100", lambda page: next(
        (item for item in page["items"] if item["called"] == TO_803), None))
    assert record["answered_by"] == "803"
    assert tone_share(heard, 1300) > 0.9
    assert tone_share(loudest_second(linphone.heard()), 1100) > 0.9
