"""The UAC core: INVITEs and other requests of ours (RFC 3261 sections 8.1, 9.1, 13.2, 14.1)."""

import re
from collections.abc import Callable

from .body import ACCEPT
from .calls import Call, CallState
from .client_transactions import ClientTransaction, on_same_hop
from .core import Core
from .dialog import Dialog
from .digest import Credentials, authorize
from .errors import RemoteProtocolError
from .events import (
    CallAnswered,
    CallEnded,
    CallFailed,
    CallProgress,
    EndCause,
    Probed,
    ReinviteAnswered,
    ReinviteFailed,
)
from .headers import delta
from .hop import Hop
from .message import REASONS, Request, Response
from .timers import Timer, cancel
from .transaction import State
from .uri import Uri
from .writing import add_headers

OnFinal = Callable[[Response | None, float], None]

MAX_ALTERNATIVES = 16
"""Contacts of a redirection that are looked at."""

_Q = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")

MAX_EARLY = 16
"""Telephones behind a proxy whose early media are remembered until one of them answers."""


def retry_with_credentials(
    core: Core, request: Request, response: Response, credentials: Credentials | None
) -> Request | None:
    """The same request once more with the answer to its 401 or 407; None if there is nothing to answer it with.

    Call-ID, To and From stay, branch and CSeq are new (RFC 3261 section 22.2).
    """
    answered = "Authorization" in request.headers or "Proxy-Authorization" in request.headers
    if credentials is None or response.status not in (401, 407) or answered:
        return None
    header = authorize(request, response, credentials, core.rng)
    if header is None:
        return None
    headers = {name: list(lines) for name, lines in request.headers.items()}
    headers["CSeq"] = [f"{request.cseq.number + 1} {request.method}"]
    add_headers(headers, [header])
    return Request(request.method, request.uri, headers, request.body)


class OutgoingRequest:
    """A non-INVITE request of ours and its one final answer, with one try at authentication."""

    def __init__(self, core: Core, on_final: OnFinal, credentials: Credentials | None, call: Call | None) -> None:
        self._core = core
        self._on_final = on_final
        self._credentials = credentials
        self._call = call
        self._request: Request
        self._destination: Hop

    def send(self, request: Request, destination: Hop, now: float) -> None:
        self._request, self._destination = request, destination
        self._core.transactions.send(request, destination, self, now)

    def on_response(self, response: Response, source: Hop, now: float) -> None:
        if response.status < 200:
            return
        retry = retry_with_credentials(self._core, self._request, response, self._credentials)
        if retry is None:
            self._on_final(response, now)
            return
        if self._call is not None:
            self._call.dialog.local_seq = max(self._call.dialog.local_seq, retry.cseq.number)
        retry.headers["Via"] = [self._core.write.via(self._destination)]
        self.send(retry, self._destination, now)

    def on_timeout(self, now: float) -> None:
        self._on_final(None, now)


def send_in_dialog(core: Core, call: Call, request: Request, now: float) -> None:
    """Send a non-INVITE request in a dialog; an answer that says the dialog is gone ends the call (12.2.1.2)."""

    def on_final(response: Response | None, now: float) -> None:
        if call.state is not CallState.GONE and (response is None or response.status in (408, 481)):
            end_call(core, call, "timeout" if response is None else "gone")

    OutgoingRequest(core, on_final, call.credentials, call).send(request, call.dialog.destination, now)


def send_probe(core: Core, call: Call, now: float) -> None:
    """Ask by OPTIONS whether the peer still has the call; that nobody answers ends nothing yet."""

    def on_final(response: Response | None, now: float) -> None:
        status = 408 if response is None else response.status
        if call.state is CallState.GONE:
            return
        if status == 481:
            end_call(core, call, "gone")
        else:
            core.events.append(Probed(call=call.handle, status=status))

    request = core.write.in_dialog(call.dialog, "OPTIONS", (ACCEPT,))
    OutgoingRequest(core, on_final, call.credentials, call).send(request, call.dialog.destination, now)


def send_bye(core: Core, call: Call, now: float) -> None:
    """Send the BYE and forget the dialog, whatever the answer."""
    request = core.write.in_dialog(call.dialog, "BYE", call.bye_headers or ())
    core.calls.drop(call)
    OutgoingRequest(core, _ignore, call.credentials, call).send(request, call.dialog.destination, now)


def _ignore(response: Response | None, now: float) -> None:
    """Nothing hangs on the answer to a BYE or CANCEL."""


def end_call(core: Core, call: Call, cause: EndCause, reason: str = "") -> None:
    """Tell the TU, once, and forget the call."""
    if call.state is not CallState.GONE:
        core.events.append(CallEnded(call=call.handle, cause=cause, reason=reason))
    core.calls.drop(call)


class OutgoingInvite:
    """An INVITE or re-INVITE of ours: its answers, its ACKs and its CANCEL.

    Lives as long as its transaction, that is beyond the call, to acknowledge repeated and forked 2xx.
    """

    __slots__ = (
        "_acks", "_call", "_cancel_timer", "_cancelled", "_core", "_early", "_first", "_held_tag", "_patience",
        "_request", "_transaction",
    )  # fmt: skip

    def __init__(self, core: Core, call: Call, *, first: bool, patience: float | None = None) -> None:
        self._core = core
        self._call = call
        self._first = first
        self._patience = patience
        self._cancelled = False
        self._cancel_timer: Timer | None = None
        self._acks: dict[str, tuple[bytes, Hop]] = {}
        self._early: dict[str, bytes] = {}
        """To tag -> the first description of its provisional answers: the answer, where the 2xx has none (13.2.1)."""
        self._held_tag: str | None = None
        """To tag of the 2xx with an offer whose ACK waits for the TU's answer."""
        self._request: Request
        self._transaction: ClientTransaction

    def send(self, request: Request, now: float) -> None:
        call = self._call
        self._request = request
        call.client_invite = self
        call.dialog.local_seq = request.cseq.number
        self._transaction = self._core.transactions.send(
            request, call.dialog.destination, self, now, patience=self._patience
        )

    # ClientUser

    def on_response(self, response: Response, source: Hop, now: float) -> None:
        if response.status < 200:
            self._on_provisional(response, source, now)
        elif response.status < 300:
            self._on_success(response, source, now)
        else:
            self._on_failure(response, now)

    def on_timeout(self, now: float) -> None:
        self._finish(408, None, now)

    # answers

    def _on_provisional(self, response: Response, source: Hop, now: float) -> None:
        call = self._call
        if self._cancelled:
            self._send_cancel(now)
            return
        if not self._first or response.status == 100 or call.state is not CallState.OUTGOING:
            return
        if response.to.tag and response.to.tag != call.dialog.remote_tag:
            # An early dialog. With several the latest stands in until one of them answers.
            self._try_dialog(response, source)
        sdp = response.sdp()
        if sdp is not None and len(self._early) < MAX_EARLY:
            self._early.setdefault(response.to.tag, sdp)
        self._core.events.append(
            CallProgress(call=call.handle, status=response.status, reason=response.reason, sdp=sdp)
        )

    def _try_dialog(self, response: Response, source: Hop) -> None:
        """Bad Contact or Record-Route must not cost the call: then requests go where the INVITE went."""
        dialog = self._call.dialog
        destination = dialog.destination
        try:
            dialog.become_uac(response, source)
        except RemoteProtocolError:
            dialog.destination = destination

    def _on_success(self, response: Response, source: Hop, now: float) -> None:
        tag = response.to.tag
        if tag in self._acks:
            self._core.outbox.append(self._acks[tag])
            return
        if tag == self._held_tag:
            return
        if self._acks or self._held_tag is not None:
            self._refuse_fork(response, source, now)
            return
        cancel(self._cancel_timer)
        call = self._call
        if self._first:
            self._try_dialog(response, source)
        else:
            self._try_target(response, source)
        taken_back = call.state is CallState.GONE or self._cancelled
        if self._first and not self._request.body and response.body and not taken_back:
            self._held_tag = tag
        else:
            self._send_ack(call, tag)
            call.client_invite = None
        if taken_back:
            self._take_back(now)
        elif self._first:
            call.state = CallState.ANSWERED
            self._core.events.append(
                CallAnswered(
                    call=call.handle, sdp=response.sdp() or self._early.get(tag), response=response, source=source
                )
            )
        else:
            self._core.events.append(ReinviteAnswered(call=call.handle, sdp=response.sdp()))

    def acknowledge(self, sdp: bytes | None) -> bool:
        """Send the ACK that was held back, with our answer; False if there is none to send."""
        if self._held_tag is None:
            return False
        self._send_ack(self._call, self._held_tag, sdp or b"")
        self._held_tag = None
        self._call.client_invite = None
        return True

    def _try_target(self, response: Response, source: Hop) -> None:
        try:
            self._call.dialog.refresh_target(response, source)
        except RemoteProtocolError:
            pass

    def _take_back(self, now: float) -> None:
        """The 200 crossed our CANCEL: hang up at once (section 15)."""
        call = self._call
        if self._first and call.state is not CallState.GONE:
            self._core.events.append(CallFailed(call=call.handle, status=487, reason=REASONS[487]))
            send_bye(self._core, call, now)

    def _refuse_fork(self, response: Response, source: Hop, now: float) -> None:
        """A second phone answered the same INVITE: ACK and BYE to it (section 13.2.2.4)."""
        core, first = self._core, self._call.dialog
        fork = Call(
            self._call.handle, CallState.GONE, _copy_for_fork(first, self._request), credentials=self._call.credentials
        )
        try:
            fork.dialog.become_uac(response, source)
        except RemoteProtocolError:
            fork.dialog.destination = source
        self._send_ack(fork, response.to.tag)
        OutgoingRequest(core, _ignore, fork.credentials, fork).send(
            core.write.in_dialog(fork.dialog, "BYE"), fork.dialog.destination, now
        )

    def _send_ack(self, call: Call, tag: str, sdp: bytes = b"") -> None:
        """The ACK to a 2xx is a request of its own, with the INVITE's CSeq and credentials (section 13.2.2.4)."""
        dialog, invite = call.dialog, self._request
        headers = {"Via": [self._core.write.via(dialog.destination)]}
        ack = dialog.request("ACK", headers, sdp, seq=invite.cseq.number)
        if sdp:
            ack.headers["Content-Type"] = ["application/sdp"]
        for name in ("Authorization", "Proxy-Authorization"):
            if name in invite.headers:
                ack.headers[name] = invite.header_lines(name)
        self._acks[tag] = (bytes(ack), dialog.destination)
        self._core.outbox.append(self._acks[tag])

    def _on_failure(self, response: Response, now: float) -> None:
        retry = None
        if not self._cancelled and self._call.state is not CallState.GONE:
            retry = retry_with_credentials(self._core, self._request, response, self._call.credentials)
        if retry is None:
            self._finish(response.status, response, now)
            return
        retry.headers["Via"] = [self._core.write.via(self._call.dialog.destination)]
        OutgoingInvite(self._core, self._call, first=self._first, patience=self._patience).send(retry, now)

    def _finish(self, status: int, response: Response | None, now: float) -> None:
        """A final failure, for whatever reason."""
        cancel(self._cancel_timer)
        core, call = self._core, self._call
        call.client_invite = None
        if call.state is CallState.GONE:
            core.calls.drop(call)
            return
        if self._cancelled:
            status, response = 487, None
        reason = response.reason if response is not None else REASONS[status]
        if self._first:
            core.calls.drop(call)
            core.events.append(
                CallFailed(
                    call=call.handle, status=status, reason=reason, response=response,
                    retry_after=_retry_after(response), contacts=_alternatives(response),
                )
            )  # fmt: skip
        elif status == 481:
            end_call(core, call, "gone")
        elif status == 408:
            # Section 14.1: no answer to a re-INVITE means that the peer is lost.
            core.events.append(CallEnded(call=call.handle, cause="timeout"))
            send_bye(core, call, now)
        else:
            core.events.append(ReinviteFailed(call=call.handle, status=status, reason=reason))

    # CANCEL

    def cancel(self, now: float) -> None:
        """Give up. A CANCEL must not overtake the INVITE: it waits for a provisional answer (section 9.1)."""
        if self._cancelled:
            return
        self._cancelled = True
        if self._transaction.state is State.PROCEEDING:
            self._send_cancel(now)

    def _send_cancel(self, now: float) -> None:
        if self._cancel_timer is not None:
            return
        request = on_same_hop(self._request, "CANCEL", self._request.header_lines("To"))
        OutgoingRequest(self._core, _ignore, None, None).send(request, self._transaction.destination, now)
        self._cancel_timer = self._core.timers.start(now + self._core.times.give_up, self._on_no_final)

    def _on_no_final(self, now: float) -> None:
        """64*T1 after the CANCEL and still no final answer: consider the INVITE cancelled (section 9.1)."""
        self._transaction.abandon()
        self._finish(487, None, now)


def _copy_for_fork(dialog: Dialog, invite: Request) -> Dialog:
    return Dialog(
        call_id=dialog.call_id, local_tag=dialog.local_tag, remote_tag="", local=dialog.local,
        remote=invite.require("To"), remote_target=invite.uri, destination=dialog.destination,
        local_seq=invite.cseq.number,
    )  # fmt: skip


def _alternatives(response: Response | None) -> tuple[Uri, ...]:
    """Contacts of a redirection, by their q; none where they cannot be read."""
    if response is None or not (300 <= response.status < 400 or response.status == 485):
        return ()
    try:
        contacts = response.contacts()[:MAX_ALTERNATIVES]
        found = [(_quality(contact.params.get("q", "")), contact.uri) for contact in contacts]
    except RemoteProtocolError:
        return ()
    return tuple(uri for _, uri in sorted(found, key=lambda each: -each[0]))


def _quality(text: str) -> float:
    """0 to 1; 1 for what is absent or no such number (section 20.10)."""
    return float(text) if _Q.fullmatch(text) else 1.0


def _retry_after(response: Response | None) -> float | None:
    text = (response.header("Retry-After") or "") if response is not None else ""
    seconds = delta(text.strip().split(";")[0].split(" ")[0].split("(")[0])
    return None if seconds is None else float(seconds)
