"""SDP (RFC 8866) and offer/answer (RFC 3264) for one audio stream of G.711 with telephone-event.

    media = LocalMedia("192.0.2.1", 20000)             # one per leg; remembers the o= line
    stream, body = media.answer(offer_bytes)           # raises NotAcceptable -> 488, SdpError -> 400
    body = media.offer();  stream = media.accept(answer_bytes)
"""

from .negotiation import Codec, Direction, LocalMedia, NotAcceptable, SdpError, Stream

__all__ = ["Codec", "Direction", "LocalMedia", "NotAcceptable", "SdpError", "Stream"]
