"""Session descriptions (RFC 8866), as much of them as offer/answer needs. Tolerant in, strict out.

Unknown lines are skipped; what offer/answer decides on (``m=``, ``c=``, numbers) must be well formed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

CLOCK_RATE_HZ = 8000
"""Of G.711, and so of the telephone-events beside it (RFC 4733 section 2.5.2)."""

MAX_SDP_BYTES = 16384
MAX_LINES = 1024
MAX_MEDIA = 32
MAX_FORMATS = 128
"""Of one ``m=`` line: there are no more RTP payload types."""


class SdpError(Exception):
    """The bytes are no session description: the request deserves 400."""


class Direction(StrEnum):
    """Seen from the side that writes it."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"

    @property
    def sends(self) -> bool:
        return self in (Direction.SENDRECV, Direction.SENDONLY)

    @property
    def receives(self) -> bool:
        return self in (Direction.SENDRECV, Direction.RECVONLY)

    def reversed(self) -> "Direction":
        """The same stream seen from the other side."""
        return direction_of(sends=self.receives, receives=self.sends)


def direction_of(*, sends: bool, receives: bool) -> Direction:
    """The direction of a side that sends and/or receives."""
    if sends:
        return Direction.SENDRECV if receives else Direction.SENDONLY
    return Direction.RECVONLY if receives else Direction.INACTIVE


@dataclass(frozen=True, slots=True)
class RtpMap:
    """a=rtpmap: encoding name in upper case, clock rate in Hz, channels."""

    encoding: str
    clock_rate_hz: int
    channels: int = 1


@dataclass(frozen=True, slots=True)
class Media:
    """One ``m=`` section. host: from its own or the session's c= line, None if neither; formats as written."""

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    host: str | None = None
    direction: Direction = Direction.SENDRECV
    rtpmaps: dict[int, RtpMap] = field(default_factory=dict)
    fmtp: dict[int, str] = field(default_factory=dict)
    ptime_ms: int | None = None
    maxptime_ms: int | None = None


@dataclass(frozen=True, slots=True)
class SessionDescription:
    """origin: the o= value as written."""

    origin: str
    media: tuple[Media, ...]


_DIRECTIONS = frozenset(str(each) for each in Direction)


class _Section:
    """Collects the lines that may stand at session level and in each media section."""

    def __init__(self, m_line: str = "", defaults: "_Section | None" = None) -> None:
        self.m_line = m_line
        self.host: str | None = defaults.host if defaults else None
        self.direction: Direction = defaults.direction if defaults else Direction.SENDRECV
        self.ptime_ms: int | None = defaults.ptime_ms if defaults else None
        self.maxptime_ms: int | None = defaults.maxptime_ms if defaults else None
        self.rtpmaps: dict[int, RtpMap] = {}
        self.fmtp: dict[int, str] = {}

    def attribute(self, text: str) -> None:
        name, _, value = text.partition(":")
        name = name.strip().lower()
        if name in _DIRECTIONS:
            self.direction = Direction(name)
        elif name == "ptime":
            self.ptime_ms = _milliseconds(value) or self.ptime_ms
        elif name == "maxptime":
            self.maxptime_ms = _milliseconds(value) or self.maxptime_ms
        elif name in ("rtpmap", "fmtp"):
            number, _, rest = value.strip().partition(" ")
            if number.isascii() and number.isdigit() and len(number) <= 3:
                if name == "fmtp":
                    self.fmtp[int(number)] = rest.strip()
                else:
                    self._rtpmap(int(number), rest.strip())

    def _rtpmap(self, number: int, text: str) -> None:
        parts = text.split("/")
        if len(parts) < 2 or not _is_number(parts[1], 7):
            return
        channels = int(parts[2]) if len(parts) > 2 and _is_number(parts[2], 3) else 1
        known = self.rtpmaps.get(number)
        if known is None or known.clock_rate_hz != CLOCK_RATE_HZ:  # mapped twice: telephones mean G.711's clock too
            self.rtpmaps[number] = RtpMap(parts[0].strip().upper(), int(parts[1]), channels)

    def media(self) -> Media:
        parts = self.m_line.split()
        if len(parts) < 4:
            raise SdpError(f"bad m= line {self.m_line[:60]!r}")
        if len(parts) > 3 + MAX_FORMATS:
            raise SdpError(f"{len(parts) - 3} formats in one m= line")
        port = parts[1].partition("/")[0]
        if not _is_number(port, 5) or int(port) > 65535:
            raise SdpError(f"bad port {parts[1][:20]!r}")
        return Media(
            parts[0].lower(), int(port), parts[2].upper(), tuple(parts[3:]), self.host, self.direction,
            self.rtpmaps, self.fmtp, self.ptime_ms, self.maxptime_ms,
        )  # fmt: skip


def _is_number(text: str, digits: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= digits


def _milliseconds(text: str) -> int | None:
    """ptime may be written ``20`` or ``20.0``; nonsense counts as absent."""
    whole = text.strip().partition(".")[0]
    return int(whole) if _is_number(whole, 4) and int(whole) > 0 else None


def parse(data: bytes) -> SessionDescription:
    """Parse a session description; raises SdpError, also above the limits. Line ends may be CRLF or LF."""
    if len(data) > MAX_SDP_BYTES:
        raise SdpError(f"{len(data)} bytes of SDP")
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[0].startswith("v=0"):
        raise SdpError("does not begin with v=0")
    if len(lines) > MAX_LINES:
        raise SdpError(f"{len(lines)} lines")
    origin = ""
    session = section = _Section()
    sections: list[_Section] = []
    for line in lines[1:]:
        kind, equals, value = line[:1], line[1:2], line[2:].strip()
        if equals != "=":
            if line.strip():
                raise SdpError(f"bad line {line[:60]!r}")
        elif kind == "m":
            section = _Section(value, session)
            sections.append(section)
        elif kind == "c":
            section.host = _connection_host(value)
        elif kind == "a":
            section.attribute(value)
        elif kind == "o":
            origin = value
    if len(sections) > MAX_MEDIA:
        raise SdpError(f"{len(sections)} media sections")
    return SessionDescription(origin, tuple(each.media() for each in sections))


def _connection_host(value: str) -> str:
    parts = value.split()
    if len(parts) != 3 or parts[0].upper() != "IN" or parts[1].upper() not in ("IP4", "IP6"):
        raise SdpError(f"bad c= line {value[:60]!r}")
    return parts[2].partition("/")[0]


def write(host: str, session_id: int, version: int, media: Sequence[str]) -> bytes:
    """A session description with one c= line; ``media`` holds whole sections, lines joined by CRLF."""
    family = "IP6" if ":" in host else "IP4"
    lines = [
        "v=0",
        f"o=- {session_id} {version} IN {family} {host}",
        "s=-",
        f"c=IN {family} {host}",
        "t=0 0",
        *media,
    ]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8")
