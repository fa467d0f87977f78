"""Settings of one UserAgent, and what its TU is asked on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .aor import Aor
from .events import CallHandle
from .hop import Hop
from .message import Request

HeaderList = Sequence[tuple[str, str]]


class Refusal(NamedTuple):
    """An INVITE that is one too many. retry_after: seconds, for the header of that name."""

    status: int
    retry_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one UserAgent; times in seconds.

    local: (host, port) written into Via and Contact. advertise: (host, port) to write instead towards a hop, for there
    are several listeners, sockets bound to 0.0.0.0 and those behind NAT; must be quick.
    challenge: True when this INVITE must authenticate by digest (401). None: nobody must.
    accept_call: asked before any work on a new INVITE: None to go on, seconds for 503 with Retry-After.
    admit_call: asked for an INVITE once it has proved whose it is (the AoR), or needs no proof (None): for limits
    that strangers must not use up.
    admit_in_dialog: asked for each request in a dialog but BYE, CANCEL and ACK: seconds for 503 with Retry-After, which
    ends that request and nothing else (RFC 5057 section 5.2).
    accept_request: asked for each request that belongs to no transaction, dialog or call of ours, before any work:
    False drops it without a word (section 21.5.4 allows it; an answer might go to whom the address was borrowed from).
    transfers: whether REFER in a call and INVITE with Replaces are offered, so that the TU must deal with them.
    """

    local: tuple[str, int]
    advertise: Callable[[Hop], tuple[str, int]] | None = None
    challenge: Callable[[Request, Hop], bool] | None = None
    accept_call: Callable[[], int | None] | None = None
    admit_call: Callable[[Request, Hop, Aor | None], Refusal | None] | None = None
    admit_in_dialog: Callable[[CallHandle], int | None] | None = None
    accept_request: Callable[[Hop], bool] | None = None
    transfers: bool = False
    user_agent: str = "Zongji"
    max_datagram_bytes: int = 16384
    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0
