"""SDP (RFC 8866) and offer/answer (RFC 3264) for one audio stream of G.711 with telephone-event.

media = LocalMedia("192.0.2.1", 20000, session_id=1)   # one per leg; remembers the o= line
stream, body = media.answer(offer_bytes)                # raises NotAcceptable -> 488, SdpError -> 400
body = media.offer();  stream = media.accept(answer_bytes)
"""

from .negotiation import Codec, LocalMedia, NotAcceptable, Stream
from .session import Direction, Media, SdpError, SessionDescription, parse

__all__ = [
    "Codec", "Direction", "LocalMedia", "Media", "NotAcceptable", "SdpError", "SessionDescription", "Stream", "parse",
]  # fmt: skip
