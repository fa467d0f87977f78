"""One leg's audio: a port of the engine, its SDP and what was agreed on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from interpreter.rtp._engine import Engine
from interpreter.rtp.events import AudioId, LegId, MixId
from interpreter.rtp.events import Event as MediaEvent
from interpreter.runtime.addresses import is_behind_nat, is_ipv4
from interpreter.runtime.media_names import Told, is_host_name
from interpreter.sdp import Direction, LocalMedia, NotAcceptable, Stream

log = logging.getLogger(__name__)

LookUp = Callable[[str, Told], None]
"""See ``MediaNames.look_up``."""

_SENDING = (Direction.SENDRECV, Direction.SENDONLY)


class MediaOwner(Protocol):
    """Whoever a port belongs to: hears the engine's events of it."""

    def on_media(self, event: MediaEvent) -> None: ...
    def break_off(self) -> None: ...


class Media:
    """Opened with the leg, closed with it; ``start`` lets audio flow once the far end may hear it.

    host: our address in SDP. timeout: see ``RuntimeSettings.rtp_timeout_seconds``. peer_host: from where the far end
    signals: its audio may come from there too, and goes there where its SDP names a private address. None: not known, a
    proxy stands between; then only the host that the SDP names counts.
    early: whether audio may go to a host before the far end has proved by its ACK that it is there (``confirm``), for
    anybody can write anybody's address into an SDP. None: nothing has to be proved, we called it. What is played before
    waits for the ACK; as early media it goes unheard.
    look_up: finds the address of a host that an SDP gives by name; None: names are refused.
    """

    __slots__ = (
        "_answered", "_asked", "_early", "_engine", "_heard", "_local", "_look_up", "_named", "_stream", "_timeout",
        "_tones", "closed", "id", "peer_host", "started",
    )  # fmt: skip

    def __init__(
        self, engine: Engine, host: str, session_id: int, timeout: float, peer_host: str | None = None,
        early: Callable[[str], bool] | None = None, look_up: LookUp | None = None,
    ) -> None:  # fmt: skip
        self._engine = engine
        self.id: LegId = engine.open_leg()
        self._local = LocalMedia(host, engine.local_port(self.id), session_id=session_id)
        self._stream: Stream | None = None
        self._timeout = timeout
        self.peer_host = peer_host if peer_host is not None and is_ipv4(peer_host) else None
        self._early = early
        self._look_up = look_up
        self._asked: tuple[str, int] | None = None  # name and port in c= whose address is still to come
        self._named: str | None = None
        self._tones = True
        self._answered = False
        self._heard = 0
        self.started = False
        self.closed = False

    def answer(self, offer: bytes) -> bytes:
        """Our answer to an offer, first or later; what flows changes at once where audio flows already.

        Raises SdpError (400) or NotAcceptable (488).
        """
        stream, body = self._local.answer(offer)
        self._agreed(stream)
        return body

    def offer(self) -> bytes:
        return self._local.offer()

    def accept(self, answer: bytes) -> None:
        """Take the answer to our last offer. Raises SdpError or NotAcceptable."""
        self._agreed(self._local.accept(answer))

    def start(self, *, answered: bool = True) -> None:
        """Let audio flow, as soon as offer and answer are complete.

        answered: False for early media; until it is answered the far end need not send anything, so its silence is
        no ``MediaTimeout``.
        """
        self.started = True
        self._answered = answered
        self._apply()

    def confirm(self) -> None:
        """The far end's ACK has come."""
        waits = self._early is not None and self._named is not None and not self._early(self._named)
        self._early = None
        if waits and self.started and not self.closed:
            self._apply()

    def play(self, audio: list[AudioId], *, loop: bool, token: int) -> None:
        self._engine.play(self.id, audio, loop=loop, token=token)

    def stop(self) -> None:
        self._engine.stop(self.id)

    @property
    def takes_events(self) -> bool:
        """Whether telephone-event (RFC 4733) was agreed on."""
        return self._stream is not None and self._stream.telephone_event is not None

    def send_digit(self, digit: str) -> None:
        """Send a key as telephone-event. Raises ValueError where none was agreed on, MediaError."""
        self._engine.send_digits(self.id, digit)

    def ignore_tones(self) -> None:
        """Take the far end's keys from its audio no more: it signals them otherwise."""
        if self._tones:
            self._tones = False
            if self.started and not self.closed:
                self._apply()

    def join(self, mix: MixId, *, speaks: bool = True, whispers_to: Media | None = None) -> None:
        """Hear the others of a mix, and be heard by them. Raises MediaError."""
        self._engine.join(mix, self.id, speaks=speaks, whispers_to=None if whispers_to is None else whispers_to.id)

    def leave(self) -> None:
        """Undo ``join``."""
        if not self.closed:
            self._engine.leave(self.id)

    @property
    def codec(self) -> str:
        """What was agreed on, "" without."""
        return self._stream.codec.value if self._stream is not None else ""

    @property
    def on_hold(self) -> bool:
        """Whether the far end has said that it does not want to hear us: ``sendonly``, ``inactive`` or 0.0.0.0."""
        stream = self._stream
        if stream is None:
            return False
        return stream.direction not in _SENDING or (stream.remote is not None and stream.remote[0] == "0.0.0.0")

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self._engine.close_leg(self.id)

    @property
    def agreed(self) -> bool:
        """Whether there ever was an offer and its answer."""
        return self._stream is not None

    def _agreed(self, stream: Stream) -> None:
        """Take what was agreed on; IPv6 in ``c=`` is refused while there is an offer to refuse.

        A host name is looked up, and nothing sent until its address is known.
        """
        asked, self._asked = stream.remote, None
        if asked is None or is_ipv4(asked[0]):
            self._take(stream)
            return
        if self._look_up is None or not is_host_name(asked[0]):
            raise NotAcceptable(f"Incompatible network address: {asked[0]!r} is not IPv4", 301)
        self._take(replace(stream, remote=None))
        self._asked = asked
        self._look_up(asked[0], lambda address: self._found(asked, address))

    def _found(self, asked: tuple[str, int], address: str | None) -> None:
        """Who cannot be found by name is most likely where it signals from."""
        address = address or self.peer_host
        if self.closed or self._stream is None or self._asked != asked or address is None:
            return
        self._asked = None
        self._take(replace(self._stream, remote=(address, asked[1])))

    def _take(self, stream: Stream) -> None:
        before, self._stream = self._stream, stream
        if self.started and stream != before:
            try:
                self._apply()
            except NotAcceptable:
                self._stream = before
                raise

    def _apply(self) -> None:
        stream = self._stream
        if stream is None:
            return
        host, port = stream.remote or ("0.0.0.0", 0)
        if host != "0.0.0.0":
            if self.peer_host is not None and is_behind_nat(host, self.peer_host):
                host = self.peer_host
            self._named = host
        proven = self._early is None or host == "0.0.0.0" or self._early(host)
        if not proven and self._answered:
            log.info("audio to %s waits for the ACK: neither who signals is there nor a media host of the trunk", host)
            return
        try:
            self._engine.set_media(
                self.id,
                host,
                port,
                codec=stream.codec.value,
                payload_type=stream.payload_type,
                telephone_event=stream.telephone_event,
                receive_telephone_event=stream.receive_telephone_event,
                ptime=stream.ptime_ms,
                send=proven and stream.direction in _SENDING,
                latch_host=self.peer_host or self._named,
                inband_dtmf=self._tones and stream.telephone_event is None,
            )
        except ValueError as error:  # a host name or IPv6 in c=
            raise NotAcceptable(str(error)) from error
        if self._answered and self._timeout:
            self.watch_silence()

    # signs of life

    def watch_silence(self) -> None:
        """Have ``MediaTimeout`` told once nothing comes for a while, from now on."""
        self._engine.set_timeout(self.id, self._timeout)

    def expect_sign(self) -> None:
        """Forget the signs of life so far."""
        self._engine.report_hosts(self.id)
        self._heard = self.packets

    @property
    def packets(self) -> int:
        """How many have come, of audio and keys."""
        return self._engine.leg_stats(self.id)["packets_in"]

    def gave_sign(self) -> bool:
        """Whether a packet of the far end has come since ``expect_sign``, RTCP included."""
        if self.packets != self._heard:
            return True
        return bool(self._engine.report_hosts(self.id) & {self._named, self.peer_host})


class Player:
    """What one leg plays: one thing at a time, and whom to tell when it has come to its end by itself."""

    __slots__ = ("_done", "_loop", "_media", "_token")

    def __init__(self, loop: asyncio.AbstractEventLoop, media: Media) -> None:
        self._loop = loop
        self._media = media
        self._token = 0
        self._done: Callable[[], None] | None = None

    def play(self, audio: list[AudioId], loop: bool, done: Callable[[], None]) -> None:
        """Replace what plays; nothing to play ends at once, but not within this call. Raises MediaError."""
        self._token += 1
        if audio:
            self._done = None
            self._media.play(audio, loop=loop, token=self._token)
        else:
            self._loop.call_soon(self.ended, self._token)
        self._done = done

    def stop(self) -> None:
        """Stop; nobody is told."""
        self._token += 1
        self._done = None
        if not self._media.closed:
            self._media.stop()

    def ended(self, token: int) -> None:
        """The engine's ``PlayDone``; one that is not of the last ``play`` is passed over."""
        if token == self._token and self._done is not None:
            done, self._done = self._done, None
            done()
