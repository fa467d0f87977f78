"""UserAgent: RFC 3261 UAS and UAC cores over any number of sockets, without the sockets.

Drive it so (``now`` is seconds on any monotonic clock, the same for all calls):

    ua.receive_datagram(data, hop, now)          # whatever a socket read
    for event in ua.events(): ...                # handlers may call TU methods
    for data, hop in ua.datagrams_to_send(): ... # by the socket that hop.connection names
    loop.call_at(ua.next_timer(), ...)           # then ua.handle_timers(now) and flush again

TU methods raise LocalProtocolError when the call is not in a state for them or is gone; ``hang_up`` never does.
"""

from collections.abc import Sequence

from .core import MAX_FORWARDS, Call, CallState, Config, Core, HeaderList, OpenOffer
from .dialog import Dialog
from .digest import Credentials
from .errors import LocalProtocolError, RemoteProtocolError
from .events import CallHandle, MessageDropped, RequestAnswered, RequestHandle, SipEvent
from .headers import quote_string
from .hop import Hop
from .in_dialog import DialogCore
from .message import REASONS, MalformedRequest, Request, Response, parse_message
from .randomness import Randomness
from .registrar import Registrar
from .server_transactions import InviteServerTransaction
from .transaction_layer import server_key
from .uac import OutgoingInvite, OutgoingRequest, send_bye, send_in_dialog, send_probe
from .uas import ServerCore, fail, provisional, stamp_via, succeed

__all__ = ["Config", "Randomness", "UserAgent"]

_SDP = ("Content-Type", "application/sdp")


class UserAgent:
    """UAS and UAC cores, transactions, dialogs. Not thread-safe."""

    def __init__(self, config: Config, rng: Randomness, registrar: Registrar | None = None) -> None:
        self._core = Core(config, rng)
        self._registrar = registrar
        self._server = ServerCore(self._core, registrar)
        self._in_dialog = DialogCore(self._core)

    # bytes and times in, events and bytes out

    def receive_datagram(self, data: bytes, source: Hop, now: float) -> None:
        """Take one datagram. Never raises on what the peer sent."""
        limit = self._core.config.max_datagram_bytes
        request: Request | None = None
        try:
            if len(data) > limit:
                self._refuse_large(data, limit)
            message = parse_message(data)
            if isinstance(message, Request):
                request = message
                self._receive_request(message, source, now)
            else:
                self._receive_response(message, source, now)
        except RemoteProtocolError as error:
            if isinstance(error, MalformedRequest):
                request = error.request
            if data.strip(b"\r\n"):
                status = error.status if request is not None else None
                self._core.events.append(MessageDropped(source=source, status=status, why=str(error)))
            if request is not None:
                self._server.refuse(request, error, source, now)

    def _refuse_large(self, data: bytes, limit: int) -> None:
        """Read only the beginning, to answer 513 if it holds the headers; raises always."""
        why = f"{len(data)} bytes are above the limit of {limit}"
        message: Request | Response | None = None
        try:
            message = parse_message(data[:limit])
        except MalformedRequest as error:
            message = error.request
        except RemoteProtocolError:
            pass
        if isinstance(message, Request) and message.method != "ACK":
            raise MalformedRequest(why, 513, message)
        raise RemoteProtocolError(why, None)

    def _receive_request(self, request: Request, source: Hop, now: float) -> None:
        method = request.method
        transaction = self._core.transactions.find_server(server_key(request, "INVITE" if method == "ACK" else method))
        if transaction is not None:
            if method != "ACK":
                transaction.receive_request(now)
                return
            if not isinstance(transaction, InviteServerTransaction) or transaction.receive_ack(now):
                return
        if method == "ACK":
            self._server.ack(request, now)
            return
        destination = stamp_via(request, source)
        if method == "CANCEL":
            self._server.cancel(request, source, destination, now)
        elif request.to.tag and method != "REGISTER":
            self._in_dialog.receive(request, source, destination, now)
        else:
            self._server.receive(request, source, destination, now)

    def _receive_response(self, response: Response, source: Hop, now: float) -> None:
        transaction = self._core.transactions.find_client(response)
        if transaction is None:
            raise RemoteProtocolError(f"{response.status} belongs to no request of ours", None)
        if len(response.header_values("Via")) > 1:
            raise RemoteProtocolError("response with more than our Via", None)
        transaction.receive_response(response, source, now)

    def events(self) -> list[SipEvent]:
        """Events since the last time; empties the list. Call again until it is empty."""
        events, self._core.events = self._core.events, []
        return events

    def datagrams_to_send(self) -> list[tuple[bytes, Hop]]:
        """Datagrams to send now, in order; empties the list."""
        outbox = self._core.outbox
        datagrams = outbox[:]
        outbox.clear()
        return datagrams

    def next_timer(self) -> float | None:
        """When handle_timers wants to be called next; None for never."""
        own = self._core.timers.next_deadline()
        registrar = self._registrar.next_timer() if self._registrar is not None else None
        if own is None or registrar is None:
            return own if registrar is None else registrar
        return min(own, registrar)

    def handle_timers(self, now: float) -> None:
        """Fire every timer that is due."""
        self._core.timers.fire_due(now)
        if self._registrar is not None:
            self._core.events.extend(self._registrar.expire(now))

    # incoming calls (UAS)

    def progress(self, call: CallHandle, status: int, now: float, sdp: bytes | None = None) -> None:
        """Send 180 or 183; with ``sdp`` as early media. May be repeated."""
        if not 100 < status < 200:
            raise LocalProtocolError(f"{status} is not provisional")
        found = self._core.call(call, CallState.INCOMING)
        provisional(self._core, found, _offer(found), status, sdp, now)

    def answer(self, call: CallHandle, sdp: bytes, now: float) -> None:
        """Send 200 with our answer (or our offer, if the INVITE had none); repeated until the ACK comes."""
        found = self._core.call(call, CallState.INCOMING)
        succeed(self._core, found, _offer(found), sdp, now)
        found.state = CallState.ANSWERED

    def reject(self, call: CallHandle, status: int, now: float, headers: HeaderList = ()) -> None:
        """Refuse an unanswered call with a 4xx-6xx; the call is gone.

        headers: ``headers.warning`` of a NotAcceptable beside its 488, Retry-After beside a 503.
        """
        if not 400 <= status < 700:
            raise LocalProtocolError(f"{status} is no refusal")
        found = self._core.call(call, CallState.INCOMING)
        fail(self._core, found, _offer(found), status, headers, now)
        self._core.drop_call(found)

    # outgoing calls (UAC)

    def invite(
        self,
        request_uri: str,
        *,
        from_uri: str,
        destination: Hop,
        now: float,
        sdp: bytes | None,
        from_display: str = "",
        to_uri: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
        credentials: Credentials | None = None,
        max_forwards: int = MAX_FORWARDS,
    ) -> CallHandle:
        """Call ``request_uri`` by sending to ``destination``. ``to_uri`` defaults to the request URI.

        sdp: our offer. With None the peer's offer comes in CallAnswered and ``acknowledge`` must answer it.
        The call may ring for ever: limiting that is the TU's business (``cancel``).
        With ``credentials`` one 401 or 407 is answered by a second INVITE.
        max_forwards: of a call that is carried on, one less than it came with (RFC 7332).
        """
        core = self._core
        tag = core.token()
        from_ = _name_addr(from_display, from_uri, tag)
        to = _name_addr("", to_uri or request_uri)
        user = from_uri.partition(":")[2].partition("@")[0] if "@" in from_uri else ""
        own = [("Contact", core.contact(user, destination)), ("Allow", _allow()), *headers]
        if sdp:
            own.append(_SDP)
        request = core.out_of_dialog(
            "INVITE", _checked_uri(request_uri), from_, to, destination, own, sdp or b"", max_forwards=max_forwards
        )
        dialog = Dialog(
            call_id=request.call_id, local_tag=tag, remote_tag="", local=from_, remote=to,
            remote_target=request_uri, destination=destination, local_seq=request.cseq.number,
        )  # fmt: skip
        call = Call(CallHandle(core.new_handle()), CallState.OUTGOING, dialog, credentials=credentials)
        core.add_call(call)
        OutgoingInvite(core, call, first=True).send(request, now)
        return call.handle

    def cancel(self, call: CallHandle, now: float) -> None:
        """Give up an unanswered outgoing call; CallFailed 487 follows, even when a 200 crosses the CANCEL."""
        found = self._core.call(call, CallState.OUTGOING)
        if found.client_invite is not None:
            found.client_invite.cancel(now)

    def acknowledge(self, call: CallHandle, sdp: bytes, now: float) -> None:
        """Answer the offer of a CallAnswered whose INVITE had none; any other ACK goes out by itself."""
        found = self._core.call(call, CallState.ANSWERED)
        if found.client_invite is None or not found.client_invite.acknowledge(sdp):
            raise LocalProtocolError(f"call {call} has nothing to acknowledge")

    # established calls

    def bye(self, call: CallHandle, now: float, headers: Sequence[tuple[str, str]] = ()) -> None:
        """Hang up an answered call; the call is gone, no event follows.

        While the ACK to our 2xx is missing, the BYE waits for it (RFC 3261 section 15).
        """
        core = self._core
        found = core.call(call, CallState.ANSWERED)
        found.bye_headers = headers
        if found.client_invite is not None:
            found.client_invite.acknowledge(None)
        if found.offer is not None:
            fail(core, found, found.offer, 487, (), now)
        core.hide_call(found)
        if not found.unacked:
            send_bye(core, found, now)

    def hang_up(self, call: CallHandle, now: float) -> None:
        """End a call in whatever state: reject (480), cancel or bye; nothing when it is gone."""
        found = self._core.calls.get(call)
        if found is None:
            return
        if found.state is CallState.INCOMING:
            self.reject(call, 480, now)
        elif found.state is CallState.OUTGOING:
            self.cancel(call, now)
        else:
            self.bye(call, now)

    def accept_reinvite(self, call: CallHandle, sdp: bytes, now: float) -> None:
        """Answer the ReinviteReceived with 200."""
        found = self._core.call(call, CallState.ANSWERED)
        succeed(self._core, found, _offer(found), sdp, now)

    def reject_reinvite(self, call: CallHandle, status: int, now: float, headers: HeaderList = ()) -> None:
        """Refuse the ReinviteReceived (488 usually, with a Warning); the session stays as it was."""
        found = self._core.call(call, CallState.ANSWERED)
        fail(self._core, found, _offer(found), status, headers, now)

    def reinvite(self, call: CallHandle, sdp: bytes, now: float) -> None:
        """Offer a changed session; ReinviteAnswered or ReinviteFailed follows."""
        core = self._core
        found = core.call(call, CallState.ANSWERED)
        if found.has_own_offer or found.offer is not None or found.unacked:
            raise LocalProtocolError(f"call {call} has an open INVITE")
        contact = ("Contact", core.contact("", found.dialog.destination))
        request = core.in_dialog(found, "INVITE", (contact, ("Allow", _allow()), _SDP), sdp)
        OutgoingInvite(core, found, first=False).send(request, now)

    def send_digit(self, call: CallHandle, digit: str, now: float, duration_s: float = 0.16) -> None:
        """Send one key by INFO (application/dtmf-relay), for peers without telephone-event."""
        found = self._core.call(call, CallState.ANSWERED)
        body = f"Signal={digit}\r\nDuration={round(duration_s * 1000)}\r\n".encode("ascii")
        request = self._core.in_dialog(found, "INFO", (("Content-Type", "application/dtmf-relay"),), body)
        send_in_dialog(self._core, found, request, now)

    def probe(self, call: CallHandle, now: float) -> None:
        """Ask by OPTIONS in the dialog whether the peer still has the call (RFC 3261 section 11): ``Probed`` follows.

        Where it answers that there is no such call (481) ``CallEnded`` follows instead.
        """
        send_probe(self._core, self._core.call(call, CallState.ANSWERED), now)

    # outside of calls

    def request(
        self,
        method: str,
        request_uri: str,
        *,
        from_uri: str,
        destination: Hop,
        now: float,
        to_uri: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
        credentials: Credentials | None = None,
    ) -> RequestHandle:
        """Send OPTIONS, REGISTER (to a trunk) or another non-INVITE request; RequestAnswered follows."""
        if method in ("INVITE", "ACK", "CANCEL"):
            raise LocalProtocolError(f"{method} is not sent by request()")
        core = self._core
        handle = RequestHandle(core.new_handle())

        def on_final(response: Response | None, now: float) -> None:
            status, reason = (408, REASONS[408]) if response is None else (response.status, response.reason)
            core.events.append(RequestAnswered(handle=handle, status=status, reason=reason, response=response))

        from_ = _name_addr("", from_uri, core.token())
        to = _name_addr("", to_uri or request_uri)
        request = core.out_of_dialog(method, _checked_uri(request_uri), from_, to, destination, headers)
        OutgoingRequest(core, on_final, credentials, None).send(request, destination, now)
        return handle

    def own_address(self, hop: Hop) -> tuple[str, int]:
        """(host, port) of ours that Via and Contact name towards a hop."""
        return self._core.own_address(hop)

    # for health pages and tests

    def is_alive(self, call: CallHandle) -> bool:
        """The call is known: not ended, failed or rejected."""
        return call in self._core.calls

    def counts(self) -> dict[str, int]:
        """How much state is held: calls, dialogs, transactions, timers."""
        core = self._core
        return {
            "calls": len(core.calls),
            "dialogs": len(core.dialogs),
            "offers": len(core.offers) + len(core.awaiting_ack),
            "transactions": len(core.transactions),
            "timers": len(core.timers),
        }


def _offer(call: Call) -> OpenOffer:
    if call.offer is None:
        raise LocalProtocolError(f"call {call.handle} has no open offer")
    return call.offer


def _allow() -> str:
    return "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE"


def _checked_uri(uri: str) -> str:
    if not uri or any(mark in uri for mark in ' \r\n\t<>"'):
        raise LocalProtocolError(f"bad URI {uri!r}")
    return uri


def _name_addr(display: str, uri: str, tag: str = "") -> str:
    name = f"{quote_string(display)} " if display else ""
    return f"{name}<{_checked_uri(uri)}>" + (f";tag={tag}" if tag else "")
