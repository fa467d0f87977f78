"""One robot telephone: registers or not, calls or answers, presses keys, and keeps what it heard."""

from __future__ import annotations

import random
import socket
import struct
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import numpy as np
from pyVoIP.VoIP import CallState, PhoneStatus, VoIPPhone

from interpreter.rtp import g711
from zongji.ring import pyvoip_repairs
from zongji.ring.steps import KEYS

from pyVoIP import RTP  # isort: skip

EVENT_PT, EVENT_PACKETS, END_PACKETS = 101, 6, 3
FRAME_S, FRAME_TS = 0.02, 160
DIGIT_PAUSE_S = 0.12
USER = "+-_.!~*'()&=$,;?/"
"""What may stand unescaped in the user part of a SIP URI beside letters and digits (RFC 3261 section 25.1)."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where the robot calls from and how it signs in; an empty password means: do not register.

    user: any number or name; "" for a caller who is not named.
    """

    server: str
    port: int
    user: str = "robot"
    password: str = ""


class RobotPhone:
    """A pyVoIP telephone with repairs, DTMF sending and a recording of all RTP that came in.

    Use as a context manager. ``on_call`` is called in a thread of its own for an incoming call.
    """

    def __init__(self, account: Account, on_call: Any = None) -> None:
        pyvoip_repairs.apply()
        _record_all_clients()
        self.account = account
        self._phone = VoIPPhone(
            account.server, account.port, quote(account.user, safe=USER), account.password, callCallback=on_call,
            myIP=_address_towards(account.server), sipPort=_free_port(account.server),
            rtpPortLow=30000, rtpPortHigh=31998,
        )

    def __enter__(self) -> RobotPhone:
        self._phone.start()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._phone.stop()
        except OSError:
            pass  # its socket may be gone already

    @property
    def registered(self) -> bool:
        """Whether the registration was taken; known as soon as the telephone has started."""
        return bool(self._phone.get_status() == PhoneStatus.REGISTERED)

    def call(self, number: str) -> RobotCall:
        return RobotCall(self._phone.call(number))


class RobotCall:
    """A call of the robot, either way."""

    def __init__(self, call: Any) -> None:
        self._call = call
        self.began = time.monotonic()
        self.hung_up = False
        """Whether it was we who ended the call."""

    @property
    def answered(self) -> bool:
        return bool(self._call.state == CallState.ANSWERED)

    @property
    def ended(self) -> bool:
        return bool(self._call.state == CallState.ENDED)

    @property
    def status(self) -> int:
        """The final SIP status where the call was refused, else 200 once answered, 0 before."""
        return int(getattr(self._call, "final_status", 200 if self._call.RTPClients else 0))

    def wait(self, seconds: float, until: str = "ended") -> bool:
        """Wait until ``answered`` or ``ended``, at most ``seconds``; True if it came (an end ends any wait)."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.ended or getattr(self, until):
                return bool(getattr(self, until))
            time.sleep(0.01)
        return bool(getattr(self, until))

    def answer(self) -> None:
        self._call.answer()

    def refuse(self, status: int = 486) -> None:
        """Refuse the incoming call: 486, 500 or 603."""
        pyvoip_repairs.refuse(self._call, status)

    def hang_up(self) -> None:
        if self.answered:
            self._call.hangup()
            self.hung_up = True

    def press(self, digits: str) -> None:
        """Send digits by RFC 4733: 120 ms each, the end three times, 120 ms apart."""
        for digit in digits:
            _send_event(self._call.RTPClients[0], KEYS.index(digit))
            time.sleep(DIGIT_PAUSE_S)

    def say(self, pcm: np.ndarray) -> None:
        """Queue int16 samples at 8 kHz to be sent (pyVoIP keeps only 8 bits of each)."""
        unsigned = ((pcm.astype(np.int32) >> 8) + 128).astype(np.uint8).tobytes()
        self._call.write_audio(unsigned)

    def heard(self) -> np.ndarray:
        """All audio that came in, int16 at 8 kHz, gaps as silence, from the first packet on."""
        clients = self._call.RTPClients
        return _by_timestamp(getattr(clients[0], "packets", [])) if clients else np.zeros(0, np.int16)


def _record_all_clients() -> None:
    """Make every RTP client keep (timestamp, payload type, payload) of what it receives."""
    client: Any = RTP.RTPClient
    if getattr(client, "keeps_packets", False):
        return
    parse_packet = client.parse_packet

    def keep(self: Any, packet: bytes) -> None:
        if len(packet) > 12 and packet[1] & 0x7F in (0, 8):
            timestamp = struct.unpack_from("!I", packet, 4)[0]
            self.__dict__.setdefault("packets", []).append((timestamp, packet[1] & 0x7F, packet[12:]))
        parse_packet(self, packet)

    client.parse_packet = keep
    client.keeps_packets = True


def _by_timestamp(packets: list[tuple[int, int, bytes]]) -> np.ndarray:
    if not packets:
        return np.zeros(0, np.int16)
    first = packets[0][0]
    placed = [((timestamp - first) & 0xFFFFFFFF, law, payload) for timestamp, law, payload in packets]
    placed = [item for item in placed if item[0] < 8000 * 3600]
    samples = np.zeros(max(at + len(payload) for at, _, payload in placed), np.int16)
    for at, law, payload in placed:
        decode = g711.decode_pcmu if law == 0 else g711.decode_pcma
        samples[at : at + len(payload)] = decode(payload)
    return samples


def _send_event(client: Any, event: int) -> None:
    timestamp = client.outTimestamp
    for index in range(EVENT_PACKETS + END_PACKETS):
        end = index >= EVENT_PACKETS
        duration = FRAME_TS * min(index + 1, EVENT_PACKETS)
        header = struct.pack(
            "!BBHII", 0x80, EVENT_PT | (0x80 if index == 0 else 0), client.outSequence & 0xFFFF,
            timestamp & 0xFFFFFFFF, client.outSSRC,
        )
        client.outSequence += 1
        payload = struct.pack("!BBH", event, (0x80 if end else 0) | 10, duration)
        client.sout.sendto(header + payload, (client.outIP, client.outPort))
        if not end:
            time.sleep(FRAME_S)


def _address_towards(server: str) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((server, 9))
        return str(probe.getsockname()[0])


_handed_out: set[int] = set()
_ports = threading.Lock()


def _free_port(server: str) -> int:
    """A UDP port for SIP that is free now and that no other robot of this process was given."""
    with _ports:
        while True:
            port = random.randrange(28000, 29998, 2)
            if port in _handed_out:
                continue
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                try:
                    probe.bind((_address_towards(server), port))
                except OSError:
                    continue
            _handed_out.add(port)
            return port
