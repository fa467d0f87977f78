"""UserAgent: RFC 3261 UAS and UAC cores over one UDP socket, without the socket.

Drive it so (``now`` is seconds on any monotonic clock, the same for all calls):

    ua.receive_datagram(data, addr, now)         # whatever the socket read
    for event in ua.events(): ...                # handlers may call TU methods
    for data, addr in ua.datagrams_to_send(): sock.sendto(data, addr)
    loop.call_at(ua.next_timer(), ...)           # then ua.handle_timers(now) and flush again

TU methods raise LocalProtocolError when the call is not in a state for them or is gone; ``hang_up`` never does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from .digest import Credentials
from .events import Address, CallHandle, RequestHandle, SipEvent
from .message import Request
from .registrar import Registrar


class Randomness(Protocol):
    """What is needed of random.Random: SystemRandom in production, a seeded Random in tests."""

    def getrandbits(self, k: int, /) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one UserAgent; times in seconds.

    local: (host, port) written into Via and Contact. advertise: peer address -> (host, port) to write instead,
    for a socket bound to 0.0.0.0 or behind NAT; must be quick.
    challenge: True when this INVITE must authenticate by digest (401). None: nobody must.
    accept_call: asked before any work on a new INVITE: None to go on, seconds for 503 with Retry-After.
    """

    local: Address
    advertise: Callable[[Address], Address] | None = None
    challenge: Callable[[Request, Address], bool] | None = None
    accept_call: Callable[[], int | None] | None = None
    user_agent: str = "Zongji"
    transport: str = "UDP"
    max_datagram_bytes: int = 16384
    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0


class UserAgent:
    """UAS and UAC cores, transactions, dialogs. Not thread-safe."""

    def __init__(self, config: Config, rng: Randomness, registrar: Registrar | None = None) -> None: ...

    # bytes and times in, events and bytes out

    def receive_datagram(self, data: bytes, source: Address, now: float) -> None:
        """Take one datagram. Never raises on what the peer sent."""

    def events(self) -> list[SipEvent]:
        """Events since the last time; empties the list. Call again until it is empty."""
        raise NotImplementedError

    def datagrams_to_send(self) -> list[tuple[bytes, Address]]:
        """Datagrams to send now, in order; empties the list."""
        raise NotImplementedError

    def next_timer(self) -> float | None:
        """When handle_timers wants to be called next; None for never."""
        raise NotImplementedError

    def handle_timers(self, now: float) -> None:
        """Fire every timer that is due."""

    # incoming calls (UAS)

    def progress(self, call: CallHandle, status: int, now: float, sdp: bytes | None = None) -> None:
        """Send 180 or 183; with ``sdp`` as early media. May be repeated."""

    def answer(self, call: CallHandle, sdp: bytes, now: float) -> None:
        """Send 200 with our answer (or our offer, if the INVITE had none); repeated until the ACK comes."""

    def reject(self, call: CallHandle, status: int, now: float, headers: Sequence[tuple[str, str]] = ()) -> None:
        """Refuse an unanswered call with a 4xx-6xx; the call is gone."""

    # outgoing calls (UAC)

    def invite(
        self,
        request_uri: str,
        *,
        from_uri: str,
        destination: Address,
        now: float,
        sdp: bytes | None,
        from_display: str = "",
        to_uri: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
        credentials: Credentials | None = None,
    ) -> CallHandle:
        """Call ``request_uri`` by sending to ``destination``. ``to_uri`` defaults to the request URI.

        With ``credentials`` one 401 or 407 is answered by a second INVITE.
        """
        raise NotImplementedError

    def cancel(self, call: CallHandle, now: float) -> None:
        """Give up an unanswered outgoing call; CallFailed 487 follows, even when a 200 crosses the CANCEL."""

    # established calls

    def bye(self, call: CallHandle, now: float, headers: Sequence[tuple[str, str]] = ()) -> None:
        """Hang up an answered call; the call is gone, no event follows."""

    def hang_up(self, call: CallHandle, now: float) -> None:
        """End a call in whatever state: reject (480), cancel or bye; nothing when it is gone."""

    def accept_reinvite(self, call: CallHandle, sdp: bytes, now: float) -> None:
        """Answer the ReinviteReceived with 200."""

    def reject_reinvite(self, call: CallHandle, status: int, now: float) -> None:
        """Refuse the ReinviteReceived (488 usually); the session stays as it was."""

    def reinvite(self, call: CallHandle, sdp: bytes, now: float) -> None:
        """Offer a changed session; ReinviteAnswered or ReinviteFailed follows."""

    def send_digit(self, call: CallHandle, digit: str, now: float, duration_s: float = 0.16) -> None:
        """Send one key by INFO (application/dtmf-relay), for peers without telephone-event."""

    # outside of calls

    def request(
        self,
        method: str,
        request_uri: str,
        *,
        from_uri: str,
        destination: Address,
        now: float,
        to_uri: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
        credentials: Credentials | None = None,
    ) -> RequestHandle:
        """Send OPTIONS, REGISTER (to a trunk) or another non-INVITE request; RequestAnswered follows."""
        raise NotImplementedError

    # for health pages and tests

    def is_alive(self, call: CallHandle) -> bool:
        """The call is known: not ended, failed or rejected."""
        raise NotImplementedError

    def counts(self) -> dict[str, int]:
        """How much state is held: calls, dialogs, transactions, timers."""
        raise NotImplementedError
