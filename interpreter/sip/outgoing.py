"""What the TU does to call somebody (RFC 3261 sections 9.1 and 13.2)."""

from collections.abc import Sequence

from .calls import Call, CallState
from .core import Core
from .dialog import Dialog
from .digest import Credentials
from .errors import LocalProtocolError
from .events import CallHandle
from .headers import checked_uri, name_addr
from .hop import Hop
from .uac import OutgoingInvite
from .writing import MAX_FORWARDS, SDP_TYPE


class OutgoingCalls:
    """``UserAgent.outgoing``. Methods raise LocalProtocolError when the call is gone or not in a state for them."""

    def __init__(self, core: Core) -> None:
        self._core = core

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
        patience: float | None = None,
    ) -> CallHandle:
        """Call ``request_uri`` by sending to ``destination``. ``to_uri`` defaults to the request URI.

        sdp: our offer. With None the peer's offer comes in CallAnswered and ``acknowledge`` must answer it.
        The call may ring for ever: limiting that is the TU's business (``cancel``).
        With ``credentials`` one 401 or 407 is answered by a second INVITE.
        max_forwards: of a call that is carried on, one less than it came with (RFC 7332).
        patience: seconds without any answer, not even 100, after which it has failed (408); None for RFC 3261's 32.
        """
        core = self._core
        tag = core.write.token()
        from_ = name_addr(from_display, from_uri, tag)
        to = name_addr("", to_uri or request_uri)
        user = from_uri.partition(":")[2].partition("@")[0] if "@" in from_uri else ""
        own = [("Contact", core.write.contact(user, destination)), *core.offering.capabilities, *headers]
        if sdp:
            own.append(SDP_TYPE)
        request = core.write.out_of_dialog(
            "INVITE", checked_uri(request_uri), from_, to, destination, own, sdp or b"", max_forwards=max_forwards
        )
        dialog = Dialog(
            call_id=request.call_id, local_tag=tag, remote_tag="", local=from_, remote=to,
            remote_target=request_uri, destination=destination, local_seq=request.cseq.number,
        )  # fmt: skip
        call = Call(CallHandle(core.new_handle()), CallState.OUTGOING, dialog, credentials=credentials)
        core.calls.add(call)
        OutgoingInvite(core, call, first=True, patience=patience).send(request, now)
        return call.handle

    def cancel(self, call: CallHandle, now: float) -> None:
        """Give up an unanswered outgoing call; CallFailed 487 follows, even when a 200 crosses the CANCEL."""
        found = self._core.calls.find(call, CallState.OUTGOING)
        if found.client_invite is not None:
            found.client_invite.cancel(now)

    def acknowledge(self, call: CallHandle, sdp: bytes, now: float) -> None:
        """Answer the offer of a CallAnswered whose INVITE had none; any other ACK goes out by itself."""
        found = self._core.calls.find(call, CallState.ANSWERED)
        if found.client_invite is None or not found.client_invite.acknowledge(sdp):
            raise LocalProtocolError(f"call {call} has nothing to acknowledge")
