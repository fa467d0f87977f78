"""What an INVITE of ours says: where it goes, and who calls."""

from __future__ import annotations

from dataclasses import dataclass

from interpreter.runtime.directory import TrunkEntry
from interpreter.sip.hop import Hop
from interpreter.sip.writing import MAX_FORWARDS

CALL_HEADER = "X-Zongji-Call"
"""Carries our call id outward; a call that comes back with it goes round in a circle."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where one INVITE goes. trunk: the one whose channel it takes."""

    request_uri: str
    destination: Hop
    trunk: TrunkEntry | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls, as the callee sees it. user: escaped for a URI. max_forwards: hops that the call has left.

    diverted_by: who sent the call on, escaped, "" for nobody; diversion: how, as parameters of Diversion (RFC 5806).
    """

    user: str
    display: str
    call_id: str
    max_forwards: int = MAX_FORWARDS
    diverted_by: str = ""
    diversion: str = ""
