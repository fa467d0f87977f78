"""Requests of the peer within a dialog (RFC 3261 sections 12.2.2, 14.2, 15.1.2; RFC 3311 UPDATE; INFO digits)."""

from typing import Literal

from .body import ACCEPT, check_encoding, check_offer
from .calls import Call, CallState, OpenOffer
from .core import Core
from .errors import RemoteProtocolError
from .events import CallCancelled, DigitReceived, MessageDropped, ReinviteReceived
from .headers import unquote_string
from .hop import Hop
from .message import Request
from .server_transactions import ServerTransaction
from .transaction import State
from .transaction_layer import server_key
from .transfers import begin_telling, refer_received, unwanted_telling
from .uac import end_call
from .uas import fail, succeed

_DIGITS = frozenset("0123456789*#ABCD")
_FLASH_AND_NUMBERS = {"10": "*", "11": "#", "12": "A", "13": "B", "14": "C", "15": "D"}


class DialogCore:
    """Handles requests with a To tag, except CANCEL and ACK."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def receive(self, request: Request, source: Hop, destination: Hop, now: float) -> None:
        """A request with a To tag that no transaction knows."""
        core = self._core
        call = core.calls.dialogs.get((request.call_id, request.to.tag))
        known = call is not None and call.dialog.remote_tag == request.from_.tag
        if not known and core.is_unwanted(source):
            return
        if request.method == "INVITE" and not known:
            # Sent once: a transaction would repeat it to whomever the source address was borrowed from.
            core.outbox.append((core.write.response(request, 481, ""), destination))
            return
        if call is not None and known and self._is_too_much(call, request, destination):
            return
        transaction = core.transactions.new_server(server_key(request, request.method), request, destination)
        if call is None or not known:
            core.reply(transaction, request, 481, now)
            return
        try:
            self._check(call, request)
            self._dispatch(call, request, transaction, source, now)
        except RemoteProtocolError as error:
            core.events.append(MessageDropped(source=source, status=error.status, why=str(error)))
            if transaction.state in (State.TRYING, State.PROCEEDING):
                self._reply(call, request, transaction, error.status or 400, now, error.headers)

    def _is_too_much(self, call: Call, request: Request, destination: Hop) -> bool:
        """Ask the TU's limit; what is above costs no transaction, for whose half a minute there may be thousands."""
        admit = self._core.config.admit_in_dialog
        wait = admit(call.handle) if admit is not None and request.method != "BYE" else None
        if wait is None:
            return False
        data = self._core.write.response(request, 503, call.dialog.local_tag, (("Retry-After", str(wait)),))
        self._core.outbox.append((data, destination))
        return True

    def _reply(
        self, call: Call, request: Request, transaction: ServerTransaction, status: int, now: float,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:  # fmt: skip
        transaction.respond(status, self._core.write.response(request, status, call.dialog.local_tag, headers), now)

    def _check(self, call: Call, request: Request) -> None:
        if not call.dialog.is_in_order(request):
            raise RemoteProtocolError(f"CSeq {request.cseq.number} is out of order", 500)
        self._core.offering.check_required(request)

    def _dispatch(
        self, call: Call, request: Request, transaction: ServerTransaction, source: Hop, now: float
    ) -> None:
        method = request.method
        if method == "BYE":
            self._bye(call, request, transaction, now)
        elif method == "INVITE":
            self._reinvite(call, request, transaction, source, now)
        elif method == "UPDATE":
            self._update(call, request, transaction, source, now)
        elif method == "INFO":
            self._info(call, request, transaction, now)
        elif method == "REFER" and self._core.config.transfers:
            self._refer(call, request, transaction, source, now)
        elif method == "OPTIONS":
            self._reply(call, request, transaction, 200, now, (*self._core.offering.capabilities, ACCEPT))
        else:
            raise self._core.offering.not_offered(method)

    def _bye(self, call: Call, request: Request, transaction: ServerTransaction, now: float) -> None:
        core = self._core
        self._reply(call, request, transaction, 200, now)
        if call.offer is not None:
            # Whatever the peer still waits for ends with the dialog (section 15.1.2).
            fail(core, call, call.offer, 487, (), now)
        if call.state is CallState.INCOMING:
            core.calls.drop(call)
            core.events.append(CallCancelled(call=call.handle))
        elif call.state is CallState.OUTGOING:
            pass  # our INVITE is still open: its final answer ends the call
        else:
            end_call(core, call, "bye", _reason_text(request.header("Reason")))

    def _reinvite(
        self, call: Call, request: Request, transaction: ServerTransaction, source: Hop, now: float
    ) -> None:
        check_offer(request.headers, request.body)
        if call.has_own_offer:
            raise RemoteProtocolError("INVITE while an offer of ours is open", 491)
        if call.offer is not None:
            raise RemoteProtocolError("INVITE while another is open", 500, (("Retry-After", "2"),))
        if call.state is not CallState.ANSWERED:
            raise RemoteProtocolError("INVITE in a call that ends", 481)
        transaction.respond(100, self._core.write.response(request, 100, ""), now)
        self._offer(call, request, transaction, source, "INVITE")

    def _update(
        self, call: Call, request: Request, transaction: ServerTransaction, source: Hop, now: float
    ) -> None:
        check_offer(request.headers, request.body)
        if request.sdp() is None:
            call.dialog.refresh_target(request, source)
            succeed(self._core, call, OpenOffer(request, transaction, source), None, now)
            return
        if call.has_own_offer:
            raise RemoteProtocolError("UPDATE while an offer of ours is open", 491)
        if call.offer is not None or call.state is not CallState.ANSWERED:
            raise RemoteProtocolError("UPDATE while an offer is open", 500, (("Retry-After", "2"),))
        self._offer(call, request, transaction, source, "UPDATE")

    def _offer(
        self, call: Call, request: Request, transaction: ServerTransaction, source: Hop,
        method: Literal["INVITE", "UPDATE"],
    ) -> None:  # fmt: skip
        call.dialog.refresh_target(request, source)
        self._core.calls.open_offer(call, OpenOffer(request, transaction, source))
        self._core.events.append(
            ReinviteReceived(call=call.handle, method=method, sdp=request.sdp(), request=request, source=source)
        )

    def _refer(
        self, call: Call, request: Request, transaction: ServerTransaction, source: Hop, now: float
    ) -> None:
        if call.state is not CallState.ANSWERED:
            raise RemoteProtocolError("REFER in a call that nobody has answered", 481)
        event = refer_received(self._core, call, request, source)
        contact = ("Contact", self._core.write.contact("", source))
        self._reply(call, request, transaction, 202, now, (contact, *unwanted_telling(request)))
        begin_telling(self._core, call, request, now)
        self._core.events.append(event)

    def _info(self, call: Call, request: Request, transaction: ServerTransaction, now: float) -> None:
        if request.body:
            check_encoding(request.headers)
            digit, duration_s = parse_info_digit(request.content_type(), request.body)
            if call.state is not CallState.GONE:
                self._core.events.append(DigitReceived(call=call.handle, digit=digit, duration_s=duration_s))
        self._reply(call, request, transaction, 200, now)


def parse_info_digit(content_type: str, body: bytes) -> tuple[str, float | None]:
    """(digit, seconds) of an INFO body; raises RemoteProtocolError: 415 for another type, 400 for no digit.

    application/dtmf-relay is ``Signal=5`` and ``Duration=160`` (ms); application/dtmf is the digit alone.
    """
    text = body[:200].decode("ascii", "replace")
    duration_s = None
    if content_type == "application/dtmf-relay":
        fields = dict(_field(line) for line in text.replace("\r", "\n").split("\n") if "=" in line)
        signal = fields.get("signal", "")
        length = fields.get("duration", "")
        duration_s = int(length) / 1000 if length.isdigit() and length.isascii() and len(length) < 7 else None
    elif content_type == "application/dtmf":
        signal = text.strip()
    else:
        raise RemoteProtocolError(
            f"INFO with {content_type[:40]!r}", 415, (("Accept", "application/dtmf-relay, application/dtmf"),)
        )
    digit = _FLASH_AND_NUMBERS.get(signal, signal.upper())
    if digit not in _DIGITS:
        raise RemoteProtocolError(f"INFO digit {signal[:10]!r}")
    return digit, duration_s


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=")
    return name.strip().lower(), value.strip()


def _reason_text(value: str | None) -> str:
    """``text`` of a Reason header (RFC 3326), without fuss about its syntax."""
    _, found, rest = (value or "").partition("text=")
    if not found:
        return ""
    return unquote_string(rest.strip()) if rest.rstrip().endswith('"') else rest.split(";")[0].strip()
