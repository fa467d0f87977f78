"""linphonec, another maker's telephone, with files for microphone and loudspeaker."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from support.patience import PATIENCE_SECONDS
from support.ports import free_port, rtp_pair
from support.sound import read_wav, write_wav

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
