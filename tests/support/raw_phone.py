"""A telephone made of plain sockets: it sends what it is told to, well-formed or not."""

from __future__ import annotations

import itertools
import random
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from interpreter.rtp.g711 import decode_pcmu, encode_pcmu
from support.patience import PATIENCE_SECONDS
from support.priority import hurried

HOST = "127.0.0.1"
NOTICED_SECONDS = 0.04
"""Lateness of a packet that a jitter buffer may not make good."""


@dataclass(frozen=True)
class Reply:
    """A response: status, headers by lower-case name (the last of each), body."""

    status: int
    headers: dict[str, str]
    body: bytes = b""

    @classmethod
    def parse(cls, data: bytes) -> Reply:
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode(errors="replace").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return cls(int(first.split()[1]), {name.strip().lower(): value.strip() for name, _, value in pairs}, body)

    @property
    def media_port(self) -> int:
        match = re.search(rb"m=audio (\d+)", self.body)
        assert match is not None, self.body
        return int(match[1])


@dataclass
class RawPhone:
    """One SIP socket; ``number`` is whom it calls from."""

    server_port: int
    number: str = "13900139000"
    socket: socket.socket = field(init=False, repr=False)
    _counter: itertools.count[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self._counter = itertools.count(1)

    def __enter__(self) -> RawPhone:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def send(self, data: bytes) -> None:
        self.socket.sendto(data, (HOST, self.server_port))

    def receive(self, seconds: float = PATIENCE_SECONDS) -> bytes:
        """The next datagram; TimeoutError where none comes."""
        self.socket.settimeout(seconds)
        return self.socket.recv(65535)

    def request(self, method: str, user: str, *, body: bytes = b"", headers: str = "", call: str = "", to_tag: str = "",
                cseq: int = 1) -> bytes:
        """A request's bytes; without ``call`` a new Call-ID."""
        call = call or f"{random.getrandbits(64):x}"
        branch = f"z9hG4bK{random.getrandbits(48):x}"
        target = f"sip:{user}@{HOST}:{self.server_port}"
        lines = [
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {HOST}:{self.port};rport;branch={branch}",
            f"From: <sip:{self.number}@{HOST}>;tag={call}",
            f"To: <{target}>" + (f";tag={to_tag}" if to_tag else ""),
            f"Call-ID: {call}",
            f"CSeq: {cseq} {method}",
            f"Contact: <sip:{self.number}@{HOST}:{self.port}>",
            "Max-Forwards: 70",
            *([headers] if headers else []),
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    def ask(self, data: bytes, seconds: float = PATIENCE_SECONDS) -> Reply:
        """Send a request and wait for its final response."""
        self.send(data)
        deadline = time.monotonic() + seconds
        while True:
            answer = self.receive(max(0.01, deadline - time.monotonic()))
            if answer.startswith(b"SIP/2.0") and (reply := Reply.parse(answer)).status >= 200:
                return reply

    def offer(self, rtp_port: int) -> bytes:
        return (
            f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\nm=audio {rtp_port} RTP/AVP 0 101\r\n"
            "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n"
        ).encode()

    def call(self, user: str, rtp_port: int) -> RawCall | Reply:
        """An answered call, or the reply that refused it."""
        call_id = f"{random.getrandbits(64):x}"
        reply = self.ask(self.request("INVITE", user, body=self.offer(rtp_port), call=call_id))
        match = re.search(r"tag=([^;>\s]+)", reply.headers["to"])
        tag = match[1] if match else ""
        self.send(self.request("ACK", user, call=call_id, to_tag=tag))
        return RawCall(self, user, call_id, tag, reply.media_port) if reply.status == 200 else reply


@dataclass(frozen=True)
class RawCall:
    """An answered call and the port that it sends sound to."""

    phone: RawPhone
    user: str
    call_id: str
    to_tag: str
    media_port: int

    def hang_up(self) -> Reply:
        request = self.phone.request("BYE", self.user, call=self.call_id, to_tag=self.to_tag, cseq=2)
        return self.phone.ask(request)


class Sound:
    """An RTP socket that sends a sound over and over in its own thread and keeps what it hears."""

    def __init__(self, samples: np.ndarray | None = None) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.socket.settimeout(0.02)
        self.port = int(self.socket.getsockname()[1])
        self._heard = bytearray()
        self._samples = np.zeros(0, np.int16) if samples is None else samples
        self._to: int | None = None
        self.stalled = 0.0
        """Seconds for which the machine did not let it speak: what is missing then is not Zongji's fault."""
        self._lock = threading.Lock()
        self._sequence, self._timestamp = random.getrandbits(15), random.getrandbits(31)
        self._ssrc = random.getrandbits(32)
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=_run_hurried, args=[run], daemon=True) for run in (self._listen, self._speak)
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Sound:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        self.socket.close()

    def speak_to(self, port: int | None) -> None:
        """Where the sound goes from now on; None: nowhere."""
        self._to = port

    def press(self, digit: str, port: int) -> None:
        """One RFC 4733 digit of 100 ms, in time with the sound."""
        code = "0123456789*#".index(digit)
        with self._lock:
            start = self._timestamp
            for n in range(8):
                end = n >= 5
                event = struct.pack("!BBH", code, 0x80 * end | 10, 160 * (min(n, 4) + 1))
                self._packet(101, event, port, marker=n == 0, timestamp=start)
                if not end:
                    self._timestamp += 160
                    time.sleep(0.02)

    def heard(self) -> np.ndarray:
        return decode_pcmu(bytes(self._heard))

    def forget(self) -> None:
        self._heard.clear()

    def _packet(self, kind: int, payload: bytes, port: int, *, marker: bool = False, timestamp: int) -> None:
        self._sequence = self._sequence + 1 & 0xFFFF
        head = struct.pack("!BBHII", 0x80, kind | 0x80 * marker, self._sequence, timestamp & 0xFFFFFFFF, self._ssrc)
        self.socket.sendto(head + payload, (HOST, port))

    def _speak(self) -> None:
        octets, at, due = encode_pcmu(self._samples) if len(self._samples) else b"", 0, time.monotonic()
        while not self._ended.is_set():
            due += 0.02
            time.sleep(max(0.0, due - time.monotonic()))
            late = time.monotonic() - due
            if late > NOTICED_SECONDS:  # a telephone that slept goes on where time is now
                missed = int(late / 0.02)
                self.stalled, due = self.stalled + late, due + missed * 0.02
                with self._lock:
                    self._timestamp += missed * 160
            if self._to is None or not octets:
                continue
            with self._lock:
                self._timestamp += 160
                self._packet(0, octets[at : at + 160], self._to, timestamp=self._timestamp)
            at = (at + 160) % (len(octets) // 160 * 160)

    def _listen(self) -> None:
        while not self._ended.is_set():
            try:
                data = self.socket.recv(2048)
            except (TimeoutError, ConnectionError):
                continue
            if len(data) > 12 and data[1] & 0x7F == 0:
                self._heard += data[12:]


def _run_hurried(run: Callable[[], None]) -> None:
    with hurried():
        run()
