"""Offer and answer (RFC 3264)."""

from dataclasses import dataclass
from enum import StrEnum


class SdpError(Exception):
    """The bytes are no session description: the request deserves 400."""


class NotAcceptable(Exception):
    """Nothing in common with the offer, or with the answer: 488."""


class Direction(StrEnum):
    """Seen from our side."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"


class Codec(StrEnum):
    """G.711 at 8000 Hz; static payload types 0 and 8, others as the offer numbers them."""

    PCMU = "PCMU"
    PCMA = "PCMA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What was agreed, for the RTP engine.

    payload_type / telephone_event: numbers to *send* with (the peer's); receive_payload_type /
    receive_telephone_event: numbers the peer will send with. They are equal in all but odd cases.
    ptime_ms: packet time to send, 10..60. direction: ours (RECVONLY: the peer holds us).
    remote: (host, port) to send to; None while the peer gave 0.0.0.0 (hold of RFC 2543 days).
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
    """Our end of one audio stream: address, codecs and the o= line, whose version grows with every change."""

    def __init__(
        self, host: str, port: int, *, session_id: int, codecs: tuple[Codec, ...] = (Codec.PCMU, Codec.PCMA)
    ) -> None: ...

    def answer(self, offer: bytes, direction: Direction = Direction.SENDRECV) -> tuple[Stream, bytes]:
        """Answer an offer; ``direction`` is the most we want. Raises SdpError (400) or NotAcceptable (488).

        Works for the first offer and for re-INVITEs alike (hold included). Extra media lines get port 0.
        """
        raise NotImplementedError

    def offer(self, direction: Direction = Direction.SENDRECV) -> bytes:
        """A first or a new offer."""
        raise NotImplementedError

    def accept(self, answer: bytes) -> Stream:
        """The answer to our latest offer. Raises SdpError or NotAcceptable (then hang up)."""
        raise NotImplementedError
