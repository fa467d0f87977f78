"""The UAS core for requests outside of dialogs (RFC 3261 sections 8.2, 9.2, 10, 11, 13.3)."""

import re
from collections.abc import Sequence

from .aor import Aor
from .body import ACCEPT, check_offer
from .calls import Call, CallState, OpenOffer, UnackedSuccess
from .config import HeaderList, Refusal
from .core import Core
from .dialog import Dialog
from .errors import RemoteProtocolError
from .events import (
    AckReceived,
    AuthenticationFailed,
    CallCancelled,
    CallEnded,
    CallHandle,
    InviteReceived,
    MessageDropped,
)
from .headers import as_text, delta, parse_name_addr, split_list
from .hop import DEFAULT_PORT, Hop
from .message import Request
from .registrar import Registrar
from .replaces import parse_replaces
from .server_transactions import InviteServerTransaction, ServerTransaction
from .timers import Timer
from .transaction import State
from .transaction_layer import MAGIC_COOKIE, server_key
from .uac import send_bye
from .uri import parse_uri

_RPORT = re.compile(r";[ \t]*+rport(?:[ \t]*+=[^;,\s]*+)?(?=[\s;,]|\Z)", re.IGNORECASE)
_RECEIVED = re.compile(r";[ \t]*+received[ \t]*+=[^;,\s]*+", re.IGNORECASE)


def stamp_via(request: Request, source: Hop) -> Hop:
    """Write received and rport into the top Via; returns where responses go (RFC 3261 18.2, RFC 3581).

    What the peer claims as ``received`` is thrown away: only the source of the datagram counts.
    """
    via = request.via
    host = source.host
    asked = "rport" in via.params
    answered = source if asked or source.reliable else source.at(via.port or DEFAULT_PORT)
    same = via.host.strip("[]") == host
    if same and not asked and "received" not in via.params:
        return answered
    lines = request.headers["Via"]
    first, *others = split_list(lines[0]) if "," in lines[0] else lines[:1]
    first = _RECEIVED.sub("", first)
    if asked:
        first = _RPORT.sub(f";rport={source.port}", first)
    if asked or not same:
        first = f"{first.rstrip()};received={host}"
    lines[0] = ", ".join([first, *others])
    return answered


class ServerCore:
    """Handles requests without a To tag, CANCEL and ACK."""

    def __init__(self, core: Core, registrar: Registrar | None) -> None:
        self._core = core
        self._registrar = registrar

    def refuse(self, request: Request, error: RemoteProtocolError, source: Hop, now: float) -> None:
        """Answer a malformed request without keeping state, as well as its Via allows."""
        if error.status is None or request.method == "ACK" or self._core.is_unwanted(source):
            return
        try:
            destination = stamp_via(request, source)
        except RemoteProtocolError:
            destination = source
        self._core.outbox.append((self._stateless(request, error.status, error.headers), destination))

    def _stateless(self, request: Request, status: int, headers: HeaderList = ()) -> bytes:
        core = self._core
        try:
            return core.write.response(request, status, core.write.token(), headers)
        except RemoteProtocolError:
            return core.write.response(request, status, "", headers)  # To is broken: echo it untouched

    def receive(self, request: Request, source: Hop, destination: Hop, now: float) -> None:
        """A request outside of any dialog that no transaction knows."""
        core = self._core
        if core.is_unwanted(source):
            return
        merged = core.transactions.is_merged(request)
        proven = None
        if request.method == "INVITE":
            wait = core.config.accept_call() if core.config.accept_call is not None else None
            if wait is not None:
                self._turn_away(request, Refusal(503, wait), destination)
                return
            if not merged and core.config.challenge is not None and core.config.challenge(request, source):
                proven = self._authenticate(request, source, destination, now)
                if proven is None:
                    return
            admit = core.config.admit_call
            refusal = admit(request, source, proven) if admit is not None and not merged else None
            if refusal is not None:
                self._turn_away(request, refusal, destination)
                return
        transaction = core.transactions.new_server(server_key(request, request.method), request, destination)
        try:
            if merged:
                raise RemoteProtocolError("merged request", 482)
            self._check(request, source)
            self._dispatch(request, transaction, source, proven, now)
        except RemoteProtocolError as error:
            core.events.append(MessageDropped(source=source, status=error.status, why=str(error)))
            if transaction.state in (State.TRYING, State.PROCEEDING):
                core.reply(transaction, request, error.status or 400, now, error.headers)

    def _turn_away(self, request: Request, refusal: Refusal, destination: Hop) -> None:
        """Answer an INVITE that is one too many, and keep nothing."""
        headers = (("Retry-After", str(refusal.retry_after)),)
        self._core.outbox.append((self._stateless(request, refusal.status, headers), destination))

    def _check(self, request: Request, source: Hop) -> None:
        """Section 8.2, in its order."""
        method = request.method
        if method not in self._core.offering.methods:
            raise self._core.offering.not_offered(method)
        if parse_uri(request.uri).scheme == "sips" and source.transport != "TLS":
            # What it promises, every hop encrypted, is not kept here (section 26.2.2).
            raise RemoteProtocolError("sips: without TLS", 416)
        if method == "INVITE" and delta(request.header("Max-Forwards")) == 0:
            # An INVITE would be carried on to another leg; any other request ends here anyway.
            raise RemoteProtocolError("Max-Forwards is 0", 483)
        self._core.offering.check_required(request)

    def _dispatch(
        self, request: Request, transaction: ServerTransaction, source: Hop, proven: Aor | None, now: float
    ) -> None:
        method = request.method
        if method == "INVITE":
            self._invite(request, transaction, source, proven, now)
        elif method == "REGISTER":
            self._register(request, transaction, source, now)
        elif method == "OPTIONS":
            capabilities = (self._core.offering.allow, ACCEPT, ("Accept-Language", "zh-CN, en"))
            self._core.reply(transaction, request, 200, now, capabilities)
        else:  # BYE, INFO, UPDATE, REFER without a dialog
            self._core.reply(transaction, request, 481, now)

    def _register(self, request: Request, transaction: ServerTransaction, source: Hop, now: float) -> None:
        if self._registrar is None:
            raise RemoteProtocolError("no registrar here", 405, (self._core.offering.allow,))
        result = self._registrar.register(request, source, now)
        self._core.reply(transaction, request, result.status, now, result.headers)
        self._core.events.extend(result.events)

    # INVITE

    def _invite(
        self, request: Request, transaction: ServerTransaction, source: Hop, proven: Aor | None, now: float
    ) -> None:
        core = self._core
        check_offer(request.headers, request.body)
        if not request.header("Contact") and request.via.branch.startswith(MAGIC_COOKIE):
            # Section 8.1.1.8. Peers of RFC 2543 days, whom their branch gives away, knew no such rule (RFC 4475 3.4.1).
            raise RemoteProtocolError("INVITE without Contact")
        dialog = Dialog.of_uas(request, core.write.token(), core.write.first_cseq(), source)
        call = Call(CallHandle(core.new_handle()), CallState.INCOMING, dialog)
        event = _invite_event(call, request, source, proven, self._replaced(request))
        transaction.respond(100, core.write.response(request, 100, ""), now)
        core.calls.add(call)
        core.calls.open_offer(call, OpenOffer(request, transaction, source, self._expiry(call, request, now)))
        core.events.append(event)

    def _replaced(self, request: Request) -> CallHandle | None:
        """The call that this one is to take the place of (RFC 3891 section 3); raises RemoteProtocolError."""
        lines = request.header_lines("Replaces") if self._core.config.transfers else []
        if not lines:
            return None
        if len(lines) > 1:
            raise RemoteProtocolError("more than one Replaces")
        replaces = parse_replaces(lines[0])
        call = self._core.calls.named(replaces)
        if call is None or call.state is CallState.INCOMING:
            raise RemoteProtocolError("Replaces names no call of ours", 481)
        if replaces.early_only and call.state is CallState.ANSWERED:
            raise RemoteProtocolError("Replaces names a call that is answered", 486)
        return call.handle

    def _expiry(self, call: Call, request: Request, now: float) -> Timer | None:
        """Answer 487 where nothing else was said until the INVITE's Expires (section 13.3.1)."""
        seconds = delta(request.header("Expires"))
        return None if seconds is None else self._core.timers.start(now + seconds, lambda now: self._expired(call, now))

    def _expired(self, call: Call, now: float) -> None:
        if call.offer is not None and call.state is CallState.INCOMING:
            fail(self._core, call, call.offer, 487, (), now)
            self._core.calls.drop(call)
            self._core.events.append(CallCancelled(call=call.handle))

    def _authenticate(self, request: Request, source: Hop, destination: Hop, now: float) -> Aor | None:
        """Whose it proved to be, or None after a challenge. Always 401: phones exist that hang on a 407.

        The 401 is sent once and forgotten (RFC 3261 section 8.2.7; its nonce tells later that it is ours): a
        transaction would repeat it ten times, to whomever the source address was borrowed from. If it is lost,
        the INVITE comes again. Its ACK belongs to nothing and is passed over.
        """
        if self._registrar is None:
            raise RemoteProtocolError("cannot authenticate without a registrar", 403)
        authenticator = self._registrar.authenticator
        verdict = authenticator.check(request, source, now)
        if verdict.aor is None:
            challenges = authenticator.challenges(request, now, stale=verdict.stale)
            self._core.outbox.append((self._stateless(request, 401, challenges), destination))
            if verdict.failed_as is not None:
                failed = AuthenticationFailed(username=verdict.failed_as, method="INVITE", source=source)
                self._core.events.append(failed)
        return verdict.aor

    # CANCEL and ACK

    def cancel(self, request: Request, source: Hop, destination: Hop, now: float) -> None:
        """CANCEL (section 9.2): 200 to itself, 487 to the INVITE if that is still open."""
        core = self._core
        invite = core.transactions.find_server(server_key(request, "INVITE"))
        if invite is None and core.is_unwanted(source):
            return
        transaction = core.transactions.new_server(server_key(request, "CANCEL"), request, destination)
        if invite is None:
            core.reply(transaction, request, 481, now)
            return
        call = core.calls.offers.get(invite.key)
        to_tag = call.dialog.local_tag if call is not None else core.write.token()
        transaction.respond(200, core.write.response(request, 200, to_tag), now)
        if call is None or call.offer is None or invite.state is not State.PROCEEDING:
            return
        open_request = call.offer.request
        core.calls.close_offer(call)
        invite.respond(487, core.write.response(open_request, 487, to_tag), now)
        if call.state is CallState.INCOMING:
            core.calls.drop(call)
            core.events.append(CallCancelled(call=call.handle))

    def ack(self, request: Request, now: float) -> None:
        """The ACK to a 2xx. Found without its To tag, because phones exist that invent one (pyVoIP)."""
        core = self._core
        seq = request.cseq.number
        call = core.calls.awaiting_ack.get((request.call_id, request.from_.tag, seq))
        if call is None:
            return
        core.calls.stop_repeating(call, seq)
        if call.state is not CallState.GONE:
            knows_tag = request.to.tag == call.dialog.local_tag
            core.events.append(AckReceived(call=call.handle, sdp=request.sdp(), knows_tag=knows_tag))
        elif call.bye_headers is not None and not call.unacked:
            send_bye(core, call, now)  # the TU has hung up meanwhile


def succeed(core: Core, call: Call, offer: OpenOffer, sdp: bytes | None, now: float) -> None:
    """Send 200 to an INVITE or UPDATE; for INVITE repeat it until the ACK (section 13.3.1.4)."""
    request, dialog = offer.request, call.dialog
    headers = [("Contact", core.write.contact(_user_of(request), offer.source)), *core.offering.capabilities]
    if sdp:
        headers.append(("Content-Type", "application/sdp"))
    data = core.write.response(request, 200, dialog.local_tag, headers, sdp or b"")
    offer.transaction.respond(200, data, now)
    core.calls.close_offer(call)
    if not isinstance(offer.transaction, InviteServerTransaction):
        return
    seq = request.cseq.number

    def repeat(now: float) -> None:
        core.outbox.append((success.data, success.destination))
        success.interval = min(2 * success.interval, core.times.t2)
        success.repeat = core.timers.start(now + success.interval, repeat)

    def give_up(now: float) -> None:
        core.calls.stop_repeating(call, seq)
        if call.state is not CallState.GONE:
            core.events.append(CallEnded(call=call.handle, cause="ack_timeout"))
        send_bye(core, call, now)

    success = UnackedSuccess(
        data, offer.transaction.destination, core.times.t1,
        core.timers.start(now + core.times.t1, repeat), core.timers.start(now + core.times.give_up, give_up),
    )  # fmt: skip
    if call.unacked is None:
        call.unacked = {}
    call.unacked[seq] = success
    if sdp and request.sdp() is None:
        call.offered = seq
    core.calls.awaiting_ack[(dialog.call_id, dialog.remote_tag, seq)] = call


def provisional(core: Core, call: Call, offer: OpenOffer, status: int, sdp: bytes | None, now: float) -> None:
    """Send 180 or 183, with Contact because it makes an early dialog."""
    headers = [("Contact", core.write.contact(_user_of(offer.request), offer.source)), *core.offering.capabilities]
    if sdp:
        headers.append(("Content-Type", "application/sdp"))
    data = core.write.response(offer.request, status, call.dialog.local_tag, headers, sdp or b"")
    offer.transaction.respond(status, data, now)


def fail(core: Core, call: Call, offer: OpenOffer, status: int, headers: HeaderList, now: float) -> None:
    """Refuse an INVITE, re-INVITE or UPDATE."""
    data = core.write.response(offer.request, status, call.dialog.local_tag, headers)
    offer.transaction.respond(status, data, now)
    core.calls.close_offer(call)


def _user_of(request: Request) -> str:
    """User part of the Request-URI as it came, for our Contact."""
    _, _, rest = request.uri.partition(":")
    user, at, _ = rest.partition("@")
    return user.partition(":")[0] if at else ""


def _invite_event(
    call: Call, request: Request, source: Hop, proven: Aor | None, replaced: CallHandle | None
) -> InviteReceived:
    caller = request.from_
    return InviteReceived(
        call=call.handle,
        call_id=request.call_id,
        request=request,
        source=source,
        caller=caller.uri,
        caller_display=caller.display,
        called=parse_uri(request.uri),
        contact=parse_uri(call.dialog.remote_target, any_scheme=True),
        sdp=request.sdp(),
        proven=proven,
        replaced=replaced,
        asserted_user=asserted_user(request.header_lines("P-Asserted-Identity")),
    )


def asserted_user(lines: Sequence[str]) -> str | None:
    """Number or user name of the first identity that has one; a malformed header counts as absent."""
    for line in lines:
        try:
            users = [parse_name_addr(value).uri.number for value in split_list(as_text(line))]
        except RemoteProtocolError:
            continue
        if any(users):
            return next(filter(None, users))
    return None
