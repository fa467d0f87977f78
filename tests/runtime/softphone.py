"""A small telephone for end-to-end tests: our own UserAgent and SDP over plain asyncio UDP, one RTP socket a call."""

from __future__ import annotations

import asyncio
import random
import re
import socket
import struct
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import quote

from interpreter.runtime.settings import SipListen
from interpreter.runtime.sip_driver import SipDriver
from interpreter.runtime.udp import UdpListener
from interpreter.sdp import Direction, LocalMedia, Stream
from interpreter.sip.calls import CallState
from interpreter.sip.digest import Credentials
from interpreter.sip.events import (
    CallHandle,
    InviteReceived,
    ReinviteReceived,
    RequestAnswered,
    SipEvent,
)
from interpreter.sip.hop import Hop
from interpreter.sip.incoming import open_offer
from interpreter.sip.ua import Config, UserAgent
from interpreter.sip.uac import send_in_dialog
from interpreter.sip.uas import fail
from support.patience import PATIENCE_SECONDS
from support.ports import HOST, free_port, rtp_pair

Event = TypeVar("Event")


class Rtp:
    """One call's audio: sends a constant octet 50 times a second, keeps all payloads heard."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.port = rtp_pair()
        self.socket.bind((HOST, self.port))
        self.heard = bytearray()
        self.events: list[int] = []
        self.stream: Stream | None = None
        self._octet: int | None = None
        self._seq, self._timestamp, self._ssrc = 100, 8000, random.getrandbits(32)
        self._task: asyncio.Task[None] | None = None
        asyncio.get_running_loop().add_reader(self.socket.fileno(), self._readable)

    def start(self, stream: Stream) -> None:
        self.stream = stream
        if self._task is None:
            self._task = asyncio.create_task(self._send_all())

    def speak(self, octet: int | None) -> None:
        """Send packets of this mu-law octet from now on; None: send nothing."""
        self._octet = octet

    def press(self, digit: str, source: socket.socket | None = None) -> None:
        """One RFC 4733 digit of 60 ms, sent at once. source: not from our own port."""
        assert self.stream is not None
        code = "0123456789*#".index(digit)
        self._timestamp += 480
        for n in range(6):
            end = n >= 3
            payload = struct.pack("!BBH", code, 0x80 * end | 10, 480 if end else 160 * (n + 1))
            self._packet(self.stream.telephone_event or 101, payload, marker=n == 0, source=source)

    async def type(self, keys: str) -> None:
        """One key after the other, as telephones send them: the packets of many at once would be too many."""
        for key in keys:
            self.press(key)
            await asyncio.sleep(0.06)

    def heard_octets(self) -> set[int]:
        return set(self.heard)

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        asyncio.get_running_loop().remove_reader(self.socket.fileno())
        self.socket.close()

    async def _send_all(self) -> None:
        due = asyncio.get_running_loop().time()
        while True:
            if self._octet is not None:
                self._timestamp += 160
                self._packet(0, bytes([self._octet]) * 160, marker=False)
            due += 0.02
            await asyncio.sleep(due - asyncio.get_running_loop().time())

    def _packet(
        self, payload_type: int, payload: bytes, *, marker: bool, source: socket.socket | None = None
    ) -> None:
        if self.stream is None or self.stream.remote is None:
            return
        head = struct.pack(
            "!BBHII", 0x80, payload_type | 0x80 * marker, self._seq & 0xFFFF, self._timestamp & 0xFFFFFFFF, self._ssrc
        )
        self._seq += 1
        (source or self.socket).sendto(head + payload, self.stream.remote)

    def _readable(self) -> None:
        while True:
            try:
                data = self.socket.recv(2048)
            except OSError:
                return
            if data[1] & 0x7F in (0, 8):
                self.heard += data[12:]
            else:
                self.events.append(data[12])


class SoftPhone:
    """One telephone. ``answer_after``: seconds after which it takes incoming calls, None: it only rings."""

    def __init__(
        self, server_port: int, user: str = "13800138000", secret: str | None = None, server_host: str = HOST,
        domain: str | None = None,
    ) -> None:  # fmt: skip
        self.port = free_port()
        self.server = Hop("UDP", server_host, server_port)
        self.user, self.secret = user, secret
        self.domain = domain  # that it says to be of; None: it knows the server's address only
        self.answer_after: float | None = None
        self.reject_with: int | None = None
        self.on_hold = False
        self.knows_events = True  # telephone-event, in its SDP
        self.media_host = HOST  # that the SDP of its answers names
        self.events: list[SipEvent] = []
        self.rtp: dict[CallHandle, Rtp] = {}
        self._media: dict[CallHandle, LocalMedia] = {}
        self._changed = asyncio.Event()
        loop = asyncio.get_running_loop()
        agent = UserAgent(Config(local=(HOST, self.port)), random.Random(self.port))
        self.driver = SipDriver(loop, agent, lambda _, event: self._on(event))

    async def open(self) -> SoftPhone:
        await self.driver.listen(SipListen("udp", HOST, self.port))
        return self

    @property
    def listener(self) -> UdpListener:
        (listener,) = self.driver.listeners.values()
        return listener

    def close(self) -> None:
        for rtp in self.rtp.values():
            rtp.close()
        self.driver.close()

    @property
    def ua(self) -> UserAgent:
        return self.driver.ua

    @property
    def now(self) -> float:
        return self.driver.now

    async def register(self, expires: int = 600) -> int:
        """The status of a REGISTER."""
        self.ua.requests.send(
            "REGISTER", f"sip:{self.server.host}:{self.server.port}", from_uri=f"sip:{self.user}@{self.domain or HOST}",
            to_uri=f"sip:{self.user}@{self.domain or HOST}", destination=self.server, now=self.now,
            credentials=self._credentials(),
            headers=(("Contact", f"<sip:{self.user}@{HOST}:{self.port}>"), ("Expires", str(expires))),
        )  # fmt: skip
        self.driver.flush()
        return (await self.wait(RequestAnswered)).status

    def _credentials(self) -> Credentials | None:
        return Credentials(self.user, self.secret) if self.secret is not None else None

    def dial(
        self, number: str, *, sdp: bool = True, max_forwards: int = 70, named: str = HOST,
        headers: Sequence[tuple[str, str]] = (), display: str = "",
    ) -> CallHandle:  # fmt: skip
        """named: the host that our SDP says."""
        named_user = f"{self.user}@" if self.user else ""
        host = self.domain or f"{HOST}:{self.port}"
        rtp = Rtp()
        media = LocalMedia(named, rtp.port, session_id=7)
        offer = self._without_events(media.offer()) if sdp else None
        call = self.ua.outgoing.invite(
            f"sip:{number}@{self.server.host}:{self.server.port}", from_uri=f"sip:{named_user}{host}",
            destination=self.server, now=self.now, sdp=offer, credentials=self._credentials(),
            max_forwards=max_forwards, headers=headers, from_display=display,
        )  # fmt: skip
        self.rtp[call], self._media[call] = rtp, media
        self.driver.flush()
        return call

    def _without_events(self, sdp: bytes) -> bytes:
        """An SDP without telephone-event where this telephone knows none."""
        if self.knows_events:
            return sdp
        return re.sub(rb"(?m)^(a=(rtpmap|fmtp):101 .*\r\n)", b"", sdp).replace(b" 101\r\n", b"\r\n")

    def hang_up(self, call: CallHandle) -> None:
        self.ua.calls.hang_up(call, self.now)
        self.driver.flush()

    def cancel(self, call: CallHandle) -> None:
        self.ua.outgoing.cancel(call, self.now)
        self.driver.flush()

    def accept(self, event: InviteReceived, direction: Direction = Direction.SENDRECV) -> None:
        """Take an incoming call."""
        self.ua.incoming.answer(event.call, self._described(event, direction), self.now)
        self.driver.flush()

    def early_media(self, event: InviteReceived) -> None:
        """Let our sound be heard before the answer."""
        self.ua.incoming.progress(event.call, 183, self.now, self._described(event))
        self.driver.flush()

    def _described(self, event: InviteReceived, direction: Direction = Direction.SENDRECV) -> bytes:
        """Our answer to the offer; the same in 183 and 200."""
        if event.call not in self.rtp:
            rtp = self.rtp[event.call] = Rtp()
            self._media[event.call] = LocalMedia(self.media_host, rtp.port, session_id=9)
        assert event.sdp is not None
        stream, body = self._media[event.call].answer(event.sdp, direction)
        self.rtp[event.call].start(stream)
        return self._without_events(body)

    def rings(self, event: InviteReceived) -> None:
        """Say once more that it rings, without a word of sound."""
        self.ua.incoming.progress(event.call, 180, self.now)
        self.driver.flush()

    def redirect(self, call: CallHandle, contacts: str) -> None:
        """Send whoever calls elsewhere."""
        core = self.ua.calls._core
        found = core.calls.find(call, CallState.INCOMING)
        fail(core, found, open_offer(found), 302, (("Contact", contacts),), self.now)
        core.calls.drop(found)
        self.driver.flush()

    def reinvite(self, call: CallHandle, direction: Direction) -> None:
        self.ua.calls.reinvite(call, self._media[call].offer(direction), self.now)
        self.driver.flush()

    def info(self, call: CallHandle, digit: str) -> None:
        self.ua.calls.send_digit(call, digit, self.now)
        self.driver.flush()

    def refer(self, call: CallHandle, number: str, replaces: CallHandle | None = None) -> None:
        """Ask for a transfer; to whoever the other call is with where one is named."""
        core = self.ua.calls._core
        found = core.calls.find(call, CallState.ANSWERED)
        header = "" if replaces is None else f"?Replaces={quote(self.replaces(replaces), safe='')}"
        to = f"<sip:{number}@{HOST}{header}>"
        send_in_dialog(core, found, core.write.in_dialog(found.dialog, "REFER", (("Refer-To", to),)), self.now)
        self.driver.flush()

    def replaces(self, call: CallHandle) -> str:
        """The value of a Replaces that names one of our calls to the server."""
        dialog = self.ua.calls._core.calls.find(call, CallState.ANSWERED).dialog
        return f"{dialog.call_id};to-tag={dialog.remote_tag};from-tag={dialog.local_tag}"

    async def wait(
        self, kind: type[Event], where: Callable[[Event], bool] = lambda _: True, seconds: float = PATIENCE_SECONDS
    ) -> Event:
        """The next event of a kind, which is then taken from ``events``."""
        async with asyncio.timeout(seconds):
            while True:
                for event in self.events:
                    if isinstance(event, kind) and where(event):
                        self.events.remove(event)
                        return event
                self._changed.clear()
                await self._changed.wait()

    async def settle(self) -> None:
        """Return when the server has answered what we ask it now: what it sent before has come by then."""
        self.ua.requests.send(
            "OPTIONS", f"sip:{self.server.host}:{self.server.port}", from_uri=f"sip:{self.user}@{HOST}",
            to_uri=f"sip:{self.server.host}:{self.server.port}", destination=self.server, now=self.now,
        )  # fmt: skip
        self.driver.flush()
        await self.wait(RequestAnswered)

    def _on(self, event: SipEvent) -> None:
        self.events.append(event)
        self._changed.set()
        call = getattr(event, "call", None)
        match event:
            case InviteReceived():
                self._rung(event)
            case ReinviteReceived(sdp=bytes() as sdp):
                stream, body = self._media[event.call].answer(sdp)
                self.rtp[event.call].stream = stream
                self.ua.calls.accept_reinvite(event.call, body, self.now)
            case _ if call in self._media and getattr(event, "sdp", None):
                self.rtp[call].start(self._media[call].accept(event.sdp))  # type: ignore[union-attr]  # the guard asked for sdp

    def _rung(self, event: InviteReceived) -> None:
        if self.reject_with is not None:
            self.ua.incoming.reject(event.call, self.reject_with, self.now)
            return
        self.ua.incoming.progress(event.call, 180, self.now)
        if self.answer_after is not None:
            asyncio.get_running_loop().call_later(self.answer_after, self._take, event)

    def _take(self, event: InviteReceived) -> None:
        if self.ua.calls.is_alive(event.call):
            self.accept(event)


async def until(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for something that no event tells of."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
