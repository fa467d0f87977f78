"""Offer and answer (RFC 3264) for one audio stream of G.711 with telephone-event."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from .session import CLOCK_RATE_HZ, Direction, Media, SdpError, direction_of, parse, write

__all__ = ["Codec", "Direction", "LocalMedia", "NotAcceptable", "SdpError", "Stream"]

DEFAULT_PTIME_MS = 20
MIN_PTIME_MS, MAX_PTIME_MS = 10, 60
OUR_TELEPHONE_EVENT = 101
_RTP_PROFILES = ("RTP/AVP", "RTP/AVPF")
_NOWHERE = ("0.0.0.0", "::")


class NotAcceptable(Exception):
    """Nothing in common with the offer, or with the answer: 488.

    warn_code: which of the warn-codes of RFC 3261 section 20.43 tells the peer why; 399 for none of them.
    """

    def __init__(self, why: str, warn_code: int = 399) -> None:
        super().__init__(why)
        self.warn_code = warn_code


class Codec(StrEnum):
    """G.711 at 8000 Hz; static payload types 0 and 8, others as the offer numbers them."""

    PCMU = "PCMU"
    PCMA = "PCMA"


_STATIC = {Codec.PCMU: 0, Codec.PCMA: 8}
_NAMES = frozenset(str(each) for each in Codec)
_OF_STATIC = {0: Codec.PCMU, 8: Codec.PCMA}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What was agreed, for the RTP engine.

    payload_type / telephone_event: numbers to *send* with (the peer's); receive_payload_type /
    receive_telephone_event: numbers the peer will send with. They are equal unless the peer answered our offer
    with numbers of its own (RFC 3264 section 6.1).
    ptime_ms: packet time to send, 10..60. direction: ours (RECVONLY: the peer holds us).
    remote: (host, port) to send to, the host as written, maybe a name; None while the peer gave 0.0.0.0 (hold of RFC
    2543 days).
    """

    codec: Codec
    payload_type: int
    telephone_event: int | None
    receive_payload_type: int
    receive_telephone_event: int | None
    ptime_ms: int
    direction: Direction
    remote: tuple[str, int] | None


class LocalMedia:
    """Our end of one audio stream: address, codecs and the o= line, whose version grows with every change.

    codecs: in our order of preference. In an answer the offer's order wins, as RFC 3264 section 6.1 recommends.
    """

    def __init__(
        self, host: str, port: int, *, session_id: int, codecs: tuple[Codec, ...] = (Codec.PCMU, Codec.PCMA)
    ) -> None:
        self._host = host
        self._port = port
        self._session_id = session_id
        self._version = session_id
        self._codecs = codecs
        self._last: list[str] | None = None
        self._offered_direction = Direction.SENDRECV
        self._agreed: Stream | None = None

    def answer(self, offer: bytes, direction: Direction = Direction.SENDRECV) -> tuple[Stream, bytes]:
        """Answer an offer; ``direction`` is the most we want. Raises SdpError (400) or NotAcceptable (488).

        Works for the first offer and for re-INVITEs alike (hold included). Extra media lines get port 0.
        """
        description = parse(offer)
        chosen = next((i for i, media in enumerate(description.media) if self._can_use(media)), None)
        if chosen is None:
            raise self._nothing_for_us(description.media)
        stream = self._stream(description.media[chosen], direction)
        sections = [
            self._section(stream, media) if i == chosen else _rejected(media)
            for i, media in enumerate(description.media)
        ]
        self._agreed = stream
        return stream, self._write(sections)

    def offer(self, direction: Direction = Direction.SENDRECV) -> bytes:
        """A first or a new offer. Within a session it keeps the payload types agreed before."""
        self._offered_direction = direction
        codecs = {self._number(codec): codec for codec in self._codecs}
        event = self._event_number()
        numbers = " ".join(str(number) for number in [*codecs, event])
        section = [f"m=audio {self._port} RTP/AVP {numbers}"]
        section += [f"a=rtpmap:{number} {codec}/{CLOCK_RATE_HZ}" for number, codec in codecs.items()]
        section += _event_lines(event)
        section += [f"a=ptime:{DEFAULT_PTIME_MS}", f"a={direction}"]
        others = [_rejected_again(before) for before in (self._last or [])]
        index = self._own_index()
        others[index : index + 1] = ["\r\n".join(section)]
        return self._write(others)

    def accept(self, answer: bytes) -> Stream:
        """The answer to our latest offer. Raises SdpError or NotAcceptable (then hang up)."""
        media = parse(answer).media
        index = self._own_index()
        if index >= len(media) or not self._can_use(media[index]):
            raise NotAcceptable("the answer takes none of our codecs")
        stream = self._stream(media[index], self._offered_direction)
        # What comes to us is numbered as we offered it, whatever numbers the answer gives to what we send.
        self._agreed = replace(
            stream,
            receive_payload_type=self._number(stream.codec),
            receive_telephone_event=None if stream.telephone_event is None else self._event_number(),
        )
        return self._agreed

    # what fits

    def _codec_of(self, media: Media, number: int) -> Codec | None:
        mapped = media.rtpmaps.get(number)
        if mapped is None:
            codec = _OF_STATIC.get(number)
        elif mapped.clock_rate_hz == CLOCK_RATE_HZ and mapped.channels == 1 and mapped.encoding in _NAMES:
            codec = Codec(mapped.encoding)
        else:
            codec = None
        return codec if codec in self._codecs else None

    def _choose(self, media: Media) -> tuple[int, Codec] | None:
        for text in media.formats:
            if text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 127:
                codec = self._codec_of(media, int(text))
                if codec is not None:
                    return int(text), codec
        return None

    def _can_use(self, media: Media) -> bool:
        return (
            media.kind == "audio" and media.port != 0 and media.protocol in _RTP_PROFILES
            and media.host is not None and self._choose(media) is not None
        )  # fmt: skip

    def _nothing_for_us(self, offered: Sequence[Media]) -> NotAcceptable:
        """What comes nearest decides what is said of an offer."""
        audio = [media for media in offered if media.kind == "audio" and media.port != 0]
        if not audio:
            return NotAcceptable("Media type not available: one audio stream is wanted", 304)
        if all(media.protocol not in _RTP_PROFILES for media in audio):
            return NotAcceptable(f"Incompatible transport protocol: {' or '.join(_RTP_PROFILES)} is wanted", 302)
        if all(media.host is None for media in audio):
            return NotAcceptable("No c= line for the audio stream")
        codecs = " or ".join(f"{codec}/{CLOCK_RATE_HZ}" for codec in self._codecs)
        return NotAcceptable(f"Incompatible media format: {codecs} is wanted", 305)

    def _stream(self, media: Media, wanted: Direction) -> Stream:
        choice = self._choose(media)
        assert choice is not None
        assert media.host is not None
        number, codec = choice
        event = _telephone_event(media)
        nowhere = media.host in _NOWHERE
        offered = media.direction.reversed()
        return Stream(
            codec=codec, payload_type=number, telephone_event=event,
            receive_payload_type=number, receive_telephone_event=event,
            ptime_ms=_ptime(media),
            direction=direction_of(
                sends=wanted.sends and offered.sends and not nowhere,
                receives=wanted.receives and offered.receives,
            ),
            remote=None if nowhere else (media.host, media.port),
        )  # fmt: skip

    # what we write

    def _number(self, codec: Codec) -> int:
        agreed = self._agreed
        return agreed.receive_payload_type if agreed is not None and agreed.codec is codec else _STATIC[codec]

    def _event_number(self) -> int:
        agreed = None if self._agreed is None else self._agreed.receive_telephone_event
        return OUR_TELEPHONE_EVENT if agreed is None else agreed

    def _section(self, stream: Stream, offered: Media) -> str:
        numbers = [stream.payload_type]
        if stream.telephone_event is not None:
            numbers.append(stream.telephone_event)
        lines = [
            f"m=audio {self._port} {offered.protocol} {' '.join(map(str, numbers))}",
            f"a=rtpmap:{stream.payload_type} {stream.codec}/{CLOCK_RATE_HZ}",
        ]
        if stream.telephone_event is not None:
            lines += _event_lines(stream.telephone_event)
        return "\r\n".join([*lines, f"a=ptime:{stream.ptime_ms}", f"a={stream.direction}"])

    def _own_index(self) -> int:
        """Where our audio stands among the m= lines agreed so far; 0 in a first offer."""
        port = f"m=audio {self._port} "
        return next((i for i, section in enumerate(self._last or []) if section.startswith(port)), 0)

    def _write(self, sections: list[str]) -> bytes:
        """The version grows by one when, and only when, the description changes (RFC 3264 section 8)."""
        if self._last is not None and self._last != sections:
            self._version += 1
        self._last = sections
        return write(self._host, self._session_id, self._version, sections)


def _event_lines(number: int) -> list[str]:
    return [f"a=rtpmap:{number} telephone-event/{CLOCK_RATE_HZ}", f"a=fmtp:{number} 0-15"]


def _telephone_event(media: Media) -> int | None:
    """The payload type of telephone-event at our clock rate; the number is the offer's to choose."""
    for number, mapped in media.rtpmaps.items():
        fits = mapped.encoding == "TELEPHONE-EVENT" and mapped.clock_rate_hz == CLOCK_RATE_HZ
        if fits and str(number) in media.formats:
            return number
    return None


def _ptime(media: Media) -> int:
    """What the peer wants to receive, in steps of 10 ms between 10 and 60."""
    wanted = media.ptime_ms or DEFAULT_PTIME_MS
    if media.maxptime_ms is not None:
        wanted = min(wanted, media.maxptime_ms)
    return min(max(wanted // 10 * 10, MIN_PTIME_MS), MAX_PTIME_MS)


def _rejected(media: Media) -> str:
    """Port 0, the same protocol and formats (RFC 3264 section 6)."""
    return f"m={media.kind} 0 {media.protocol} {' '.join(media.formats)}"


def _rejected_again(section: str) -> str:
    """An m= line once used stays in every later description (section 8)."""
    kind, _, protocol, formats = section.split("\r\n", 1)[0].split(" ", 3)
    return f"{kind} 0 {protocol} {formats}"
