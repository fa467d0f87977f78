"""What the UAS and UAC halves of a UserAgent share: calls, dialogs, and the building of messages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple, Protocol

from .dialog import Dialog, DialogId
from .digest import Credentials
from .errors import LocalProtocolError, RemoteProtocolError
from .events import CallHandle, SipEvent
from .header_lines import Headers
from .hop import Hop, bracket
from .message import REASONS, Request
from .randomness import Randomness
from .replaces import Replaces
from .server_transactions import ServerKey, ServerTransaction
from .timers import Timer, TimerQueue, cancel
from .transaction import Outbox, Times
from .transaction_layer import MAGIC_COOKIE, TransactionLayer

HeaderList = Sequence[tuple[str, str]]

SDP_TYPE = ("Content-Type", "application/sdp")

MAX_FORWARDS = 70
"""Hops of a request that begins here (RFC 3261 section 8.1.1.6)."""

CALL_METHODS = ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "INFO", "UPDATE")
KNOWN_METHODS = {*CALL_METHODS, "REGISTER", "PRACK", "SUBSCRIBE", "NOTIFY", "PUBLISH", "REFER", "MESSAGE"}


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
    admit_call: asked for an INVITE once it has proved whose it is (the username), or needs no proof (None): for limits
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
    admit_call: Callable[[Request, Hop, str | None], Refusal | None] | None = None
    admit_in_dialog: Callable[[CallHandle], int | None] | None = None
    accept_request: Callable[[Hop], bool] | None = None
    transfers: bool = False
    user_agent: str = "Zongji"
    max_datagram_bytes: int = 16384
    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0


class CallState(Enum):
    """Where a call stands, as the TU sees it."""

    INCOMING = auto()
    OUTGOING = auto()
    ANSWERED = auto()
    GONE = auto()


@dataclass(slots=True)
class OpenOffer:
    """A request of the peer that waits for the TU's answer: the first INVITE, a re-INVITE or an UPDATE.

    expiry: when the first INVITE is over by its Expires.
    """

    request: Request
    transaction: ServerTransaction
    source: Hop
    expiry: Timer | None = None


@dataclass(slots=True)
class UnackedSuccess:
    """A 2xx of ours that is repeated until its ACK (RFC 3261 section 13.3.1.4)."""

    data: bytes
    destination: Hop
    interval: float
    repeat: Timer
    give_up: Timer


class ClientInvite(Protocol):
    """What a call has to do with an INVITE of ours that is under way in it."""

    def acknowledge(self, sdp: bytes | None) -> bool:
        """Send the ACK that was held back, with our answer; False if there is none to send."""

    def cancel(self, now: float) -> None:
        """Give the INVITE up."""


@dataclass(slots=True, eq=False)
class Call:
    """One call: a dialog, and the INVITEs open in it."""

    handle: CallHandle
    state: CallState
    dialog: Dialog
    offer: OpenOffer | None = None
    client_invite: ClientInvite | None = None
    credentials: Credentials | None = None
    bye_headers: HeaderList | None = None
    """Headers of the BYE that waits for the ACK to our 2xx (section 15)."""
    unacked: dict[int, UnackedSuccess] | None = None
    referrals: dict[int, str] = field(default_factory=dict)
    """CSeq of each REFER whose outcome is still to be told -> the Event of its NOTIFYs."""
    referred: bool = False
    offered: int | None = None
    """CSeq of the peer's INVITE whose 2xx carries an offer of ours that its ACK has yet to answer."""

    @property
    def has_own_offer(self) -> bool:
        """Whether an offer of ours waits for its answer: none may be made or taken meanwhile (RFC 6337 section 2)."""
        return self.client_invite is not None or self.offered is not None


class Core:
    """State of one UserAgent and the ways to send. Not public: UserAgent is."""

    def __init__(self, config: Config, rng: Randomness) -> None:
        self.config = config
        self.rng = rng
        self.times = Times(config.t1, config.t2, config.t4)
        self.timers = TimerQueue()
        self.outbox: Outbox = []
        self.events: list[SipEvent] = []
        self.transactions = TransactionLayer(self.outbox, self.timers, self.times)
        self.calls: dict[CallHandle, Call] = {}
        self.dialogs: dict[DialogId, Call] = {}
        self.offers: dict[ServerKey, Call] = {}
        self.awaiting_ack: dict[tuple[str, str, int], Call] = {}
        self._last_handle = 0
        methods = (*CALL_METHODS, "REFER") if config.transfers else CALL_METHODS
        self.methods = frozenset((*methods, "REGISTER"))
        self.allow = ("Allow", ", ".join((*methods, "REGISTER")))
        supported = "replaces" if config.transfers else ""
        self.capabilities: HeaderList = (("Allow", ", ".join(methods)), ("Supported", supported))
        self._supported = frozenset(supported.split())

    # names and numbers

    def token(self) -> str:
        """64 random bits in hex, for tags, branches and Call-IDs."""
        return f"{self.rng.getrandbits(64):016x}"

    def first_cseq(self) -> int:
        """A random first CSeq, well below 2**31."""
        return self.rng.getrandbits(16) + 1

    def new_handle(self) -> int:
        """The next call or request handle."""
        self._last_handle += 1
        return self._last_handle

    def own_address(self, peer: Hop) -> tuple[str, int]:
        """What to write into Via and Contact toward this peer."""
        advertise = self.config.advertise
        return self.config.local if advertise is None else advertise(peer)

    def via(self, peer: Hop) -> str:
        """A Via of ours with a fresh branch, asking for rport (RFC 3581)."""
        host, port = self.own_address(peer)
        return f"SIP/2.0/{peer.transport} {bracket(host)}:{port};branch={MAGIC_COOKIE}{self.token()};rport"

    def contact(self, user: str, peer: Hop) -> str:
        """Our Contact; always with a user part, because some phones cannot do without."""
        return f"<{self.uri(user or 'zongji', peer)}>"

    def uri(self, user: str, peer: Hop) -> str:
        """A user of ours, as a peer reaches us."""
        host, port = self.own_address(peer)
        transport = "" if peer.transport == "UDP" else f";transport={peer.transport.lower()}"
        return f"sip:{user}@{bracket(host)}:{port}{transport}"

    def is_unwanted(self, source: Hop) -> bool:
        """Whether a request that belongs to nothing of ours is to be dropped."""
        accept = self.config.accept_request
        return accept is not None and not accept(source)

    # what is offered

    def not_offered(self, method: str) -> RemoteProtocolError:
        """What a method that is not offered deserves: 405 where it is known, else 501 (section 21.5.2)."""
        return RemoteProtocolError(f"method {method[:20]}", 405 if method in KNOWN_METHODS else 501, (self.allow,))

    def check_required(self, request: Request) -> None:
        """Raises RemoteProtocolError (420) for an extension that is required and not offered (section 8.2.2.3)."""
        lacking = [name for name in request.header_values("Require") if name.lower() not in self._supported]
        if lacking:
            raise RemoteProtocolError(f"requires {lacking[0][:40]!r}", 420, (("Unsupported", ", ".join(lacking)),))

    # calls

    def call(self, handle: CallHandle, *states: CallState) -> Call:
        """The call in one of these states; raises LocalProtocolError."""
        call = self.calls.get(handle)
        if call is None:
            raise LocalProtocolError(f"call {handle} is gone")
        if call.state not in states:
            raise LocalProtocolError(f"call {handle} is {call.state.name}")
        return call

    def named(self, replaces: Replaces) -> Call | None:
        """The call whose dialog a peer names (RFC 3891 section 3); None where there is none, or no more."""
        call = self.dialogs.get((replaces.call_id, replaces.to_tag))
        if call is None or call.dialog.remote_tag != replaces.from_tag or call.state is CallState.GONE:
            return None
        return call

    def add_call(self, call: Call) -> None:
        self.calls[call.handle] = call
        self.dialogs[(call.dialog.call_id, call.dialog.local_tag)] = call

    def open_offer(self, call: Call, offer: OpenOffer) -> None:
        """A request of the peer waits for the TU's answer."""
        call.offer = offer
        self.offers[offer.transaction.key] = call

    def close_offer(self, call: Call) -> None:
        """It is answered."""
        if call.offer is not None:
            self.offers.pop(call.offer.transaction.key, None)
            cancel(call.offer.expiry)
            call.offer = None

    def hide_call(self, call: Call) -> None:
        """The TU knows the call no longer; the dialog may live on until its BYE can be sent."""
        call.state = CallState.GONE
        self.calls.pop(call.handle, None)

    def drop_call(self, call: Call) -> None:
        """Forget call and dialog."""
        self.hide_call(call)
        self.dialogs.pop((call.dialog.call_id, call.dialog.local_tag), None)
        self.close_offer(call)
        for seq in list(call.unacked or ()):
            self.stop_repeating(call, seq)

    def stop_repeating(self, call: Call, seq: int) -> None:
        """The 2xx with this CSeq needs no more repeating."""
        if call.offered == seq:
            call.offered = None
        success = (call.unacked or {}).pop(seq, None)
        if success is not None:
            success.repeat.cancel()
            success.give_up.cancel()
        self.awaiting_ack.pop((call.dialog.call_id, call.dialog.remote_tag, seq), None)

    # responses

    def response(
        self, request: Request, status: int, to_tag: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> bytes:
        """A response as RFC 3261 section 8.2.6 builds it. ``to_tag`` "" for 100.

        What a malformed request lacks, its refusal lacks too.
        """
        lines = [f"SIP/2.0 {status} {REASONS.get(status) or REASONS[status // 100 * 100]}"]
        source = request.headers
        lines += [f"Via: {value}" for value in source["Via"]]
        if 100 < status < 300 and "Record-Route" in source:
            lines += [f"Record-Route: {value}" for value in source["Record-Route"] if value]
        lines += [f"{name}: {source[name][0]}" for name in ("From", "Call-ID", "CSeq") if name in source]
        if "To" in source:
            to = source["To"][0]
            lines.append(f"To: {to};tag={to_tag}" if to_tag and not request.to.tag else f"To: {to}")
        lines.append(f"Server: {self.config.user_agent}")
        lines += [f"{name}: {value}" for name, value in headers if value]
        lines.append(f"Content-Length: {len(body)}\r\n\r\n")
        return "\r\n".join(lines).encode("utf-8", "surrogateescape") + body

    def reply(
        self, transaction: ServerTransaction, request: Request, status: int, now: float, headers: HeaderList = ()
    ) -> None:
        """Answer a request that makes no dialog."""
        if status == 401:
            self.transactions.forget_merge(transaction)
        transaction.respond(status, self.response(request, status, self.token(), headers), now)

    # requests

    def out_of_dialog(
        self, method: str, uri: str, from_: str, to: str, peer: Hop, headers: HeaderList, body: bytes = b"",
        *, max_forwards: int = MAX_FORWARDS,
    ) -> Request:  # fmt: skip
        """A request outside of dialogs with fresh Call-ID (section 8.1.1). ``from_`` has its tag already."""
        lines: Headers = {
            "Via": [self.via(peer)],
            "Max-Forwards": [str(max_forwards)],
            "From": [from_],
            "To": [to],
            "Call-ID": [f"{self.token()}{self.token()}"],
            "CSeq": [f"{self.first_cseq()} {method}"],
            "User-Agent": [self.config.user_agent],
        }
        add_headers(lines, headers)
        return Request(method, uri, lines, body)

    def in_dialog(self, call: Call, method: str, headers: HeaderList = (), body: bytes = b"") -> Request:
        """A request in the call's dialog, with the next CSeq."""
        dialog = call.dialog
        request = dialog.request(method, {"Via": [self.via(dialog.destination)]}, body)
        add_headers(request.headers, headers)
        return request


def add_headers(lines: Headers, headers: HeaderList) -> None:
    """Append (name, value) pairs; raises LocalProtocolError on a line end, which would smuggle headers in."""
    for name, value in headers:
        if "\r" in value or "\n" in value:
            raise LocalProtocolError(f"line end in {name}")
        lines.setdefault(name, []).append(value)
