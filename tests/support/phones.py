"""A real telephone under test control: baresip, driven by its JSON control port."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.patience import PATIENCE_SECONDS
from support.ports import free_ports, rtp_pair
from support.sound import read_wav, tone, write_wav

CONFIG = """\
poll_method epoll
sip_listen 127.0.0.1:{sip}
net_interface 127.0.0.1
rtp_ports {rtp}-{rtp_last}
call_max_calls 4
audio_source aufile,{source}
ausrc_srate 8000
auplay_srate 8000
audio_buffer 20-160
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module sndfile.so
snd_path .
module stun.so
module_tmp account.so
module_app contact.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
"""


@dataclass(frozen=True)
class Line:
    """How the telephone is known: user, password ("" registers nowhere) and the registrar's port.

    domain: its SIP domain, with the registrar as its outbound proxy; "" where it knows the registrar's address alone.
    """

    user: str
    secret: str
    registrar_port: int
    answer: str = "manual"
    codecs: str = "PCMU,PCMA"
    domain: str = ""

    @property
    def host(self) -> str:
        return self.domain or f"127.0.0.1:{self.registrar_port}"


class Baresip:
    """One running baresip. It sends ``source`` (a tone by default) and records what it hears."""

    def __init__(self, folder: Path, line: Line, source: np.ndarray | None = None) -> None:
        if shutil.which("baresip") is None:
            pytest.skip("baresip is not installed")
        self.folder, self.line = folder, line
        folder.mkdir(parents=True)
        self.sip_port = free_ports(3)  # the next one is its TLS
        self.control_port, rtp = self.sip_port + 2, rtp_pair()
        wav = write_wav(folder / "source.wav", tone(440, 120) if source is None else source)
        (folder / "config").write_text(CONFIG.format(
            sip=self.sip_port, rtp=rtp, rtp_last=rtp + 1, source=wav, control=self.control_port,
        ))
        register = "regint=60" if line.secret else "regint=0"
        (folder / "accounts").write_text(
            f"<sip:{line.user}@{line.host};transport=udp>;auth_user={line.user}"
            f";auth_pass={line.secret or 'none'};{register};answermode={line.answer}"
            f";audio_codecs={line.codecs};ptime=20;dtmfmode=rtpevent"
            + (f';outbound="sip:127.0.0.1:{line.registrar_port};transport=udp"\n' if line.domain else "\n")
        )
        (folder / "contacts").write_text("")
        self.log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            ["baresip", "-f", str(folder)], cwd=folder,  # its name for a recording holds but 127 characters
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
        )
        self._socket = self._connect()
        self._buffer = b""
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Baresip:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.command("quit")
            self.process.wait(5)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self._socket.close()
        self.log.close()

    def _connect(self) -> socket.socket:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.control_port), PATIENCE_SECONDS)
            except OSError as error:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise AssertionError(f"{self.line.user}: baresip did not start; log: {self.tail()}") from error
                time.sleep(0.05)

    def command(self, command: str, params: str = "") -> None:
        text = json.dumps({"command": command, "params": params}).encode()
        self._socket.sendall(b"%d:%s," % (len(text), text))

    def dial(self, number: str, port: int | None = None) -> None:
        self.command("dial", f"sip:{number}@{self.line.host if port is None else f'127.0.0.1:{port}'}")

    def press(self, digits: str) -> None:
        for digit in digits:
            self.command("sndcode", digit)
            time.sleep(0.25)

    def accept(self) -> None:
        self.command("accept")

    def hang_up(self) -> None:
        self.command("hangup")

    def wait_for(
        self, kind: str, seconds: float = PATIENCE_SECONDS, where: Callable[[dict[str, Any]], bool] = bool
    ) -> dict[str, Any]:
        """The next event of ``kind`` (``CALL_ESTABLISHED``, ``REGISTER_OK`` ...), already come or to come."""
        deadline = time.monotonic() + seconds
        seen = 0
        while True:
            for index in range(seen, len(self.events)):
                event = self.events[index]
                if event.get("type") == kind and where(event):
                    del self.events[index]
                    return event
            seen = len(self.events)
            self._read(deadline - time.monotonic(), kind)

    def _read(self, seconds: float, awaited: str) -> None:
        if seconds <= 0:
            kinds = [event.get("type") for event in self.events]
            raise AssertionError(f"{self.line.user}: no {awaited}; came: {kinds}; log: {self.tail()}")
        self._socket.settimeout(seconds)
        try:
            data = self._socket.recv(65536)
        except TimeoutError:
            return
        if not data:
            raise AssertionError(f"{self.line.user}: baresip ended; log: {self.tail()}")
        self._buffer += data
        while b":" in self._buffer:
            length, _, rest = self._buffer.partition(b":")
            if len(rest) < int(length) + 1:
                return
            message = json.loads(rest[: int(length)])
            self._buffer = rest[int(length) + 1 :]
            if message.get("event"):
                self.events.append(message)

    def wait_log(self, part: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until its log says ``part``: registrations may be over before its control port is connected."""
        deadline = time.monotonic() + seconds
        while part not in (self.folder / "log").read_text(errors="replace"):
            assert time.monotonic() < deadline, f"{self.line.user}: no {part!r} in its log: {self.tail()}"
            time.sleep(0.05)

    def tail(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-1500:]

    def heard(self, call: int = -1) -> np.ndarray:
        """What it heard in the given call (the last one by default)."""
        return read_wav(sorted(self.folder.glob("dump-*-dec.wav"))[call])
