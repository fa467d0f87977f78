"""A second maker's telephone: linphonec registers, calls the number, is called, and sound passes both ways."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.desk import answer_with, upload
from support.flow_documents import flow, node
from support.patience import PATIENCE_SECONDS
from support.ports import free_port, rtp_pair
from support.raw_phone import RawCall, RawPhone, Sound
from support.server import Zongji
from support.sound import loudest_second, read_wav, tone, tone_share, wav_bytes, write_wav

pytestmark = pytest.mark.e2e

MUSIC, TO_803 = "4000000010", "4000000011"
CONFIG = """\
[sip]
sip_port={sip}
sip_tcp_port={tcp}
sip_tls_port={tls}
bind_address=127.0.0.1
guess_hostname=0
contact=sip:803@127.0.0.1
[rtp]
audio_rtp_port={rtp}
[net]
dns_srv_enabled=0
"""


class Linphone:
    """One running linphonec with files for microphone and loudspeaker, driven by its command line."""

    def __init__(self, folder: Path, microphone: np.ndarray) -> None:
        program = shutil.which("linphonec")
        if program is None:
            pytest.skip("linphonec is not installed")
        (folder / ".local" / "share" / "linphone").mkdir(parents=True)
        (folder / "rc").write_text(
            CONFIG.format(sip=free_port(), tcp=free_port(), tls=free_port(), rtp=rtp_pair())
        )
        self._log, self._heard = folder / "log", folder / "heard.wav"
        self._output = self._log.open("wb")
        self.process = subprocess.Popen(
            [program, "-c", str(folder / "rc")], cwd=folder, env=os.environ | {"HOME": str(folder)},
            stdin=subprocess.PIPE, stdout=self._output, stderr=self._output,
        )
        self.wait_for("linphonec>")
        self.say("soundcard use files")
        self.say(f"play {write_wav(folder / 'microphone.wav', microphone)}")
        self.say(f"record {self._heard}")

    def __enter__(self) -> Linphone:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.say("quit")
            self.process.wait(5)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        assert self.process.stdin is not None
        self.process.stdin.close()
        self._output.close()

    def say(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def wait_for(self, part: str, seconds: float = PATIENCE_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while part not in self.log():
            assert time.monotonic() < deadline, self.log()[-3000:]
            assert self.process.poll() is None, self.log()[-3000:]
            time.sleep(0.05)

    def heard(self, seconds: float = PATIENCE_SECONDS) -> np.ndarray:
        """What it recorded; it writes the file some time after the call."""
        deadline = time.monotonic() + seconds
        while not len(samples := read_wav(self._heard)) and time.monotonic() < deadline:
            time.sleep(0.1)
        return samples


@pytest.fixture
def linphone(zongji: Zongji, tmp_path: Path) -> Iterator[Linphone]:
    """Registered as 803, sending 1,300 Hz, answering at once. What happens to it is asked of Zongji: it tells late."""
    with Linphone(tmp_path / "linphone", tone(1300, 60)) as phone:
        registrar = f"sip:127.0.0.1:{zongji.sip_port}"
        phone.say(f"register sip:803@127.0.0.1:{zongji.sip_port} {registrar} {zongji.secret('803')}")
        phone.say("autoanswer enable")
        zongji.api().eventually("/extensions", lambda page: any(
            item["online"] for item in page["items"] if item["number"] == "803"))
        yield phone


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
