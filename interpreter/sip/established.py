"""What the TU does with a call that is answered, and to end one in whatever state (RFC 3261 sections 12.2, 14, 15)."""

from collections.abc import Sequence

from .calls import CallState
from .config import HeaderList
from .core import Core
from .errors import LocalProtocolError
from .events import CallHandle
from .incoming import IncomingCalls, open_offer
from .outgoing import OutgoingCalls
from .uac import OutgoingInvite, send_bye, send_in_dialog, send_probe
from .uas import fail, succeed
from .writing import SDP_TYPE


class EstablishedCalls:
    """``UserAgent.calls``. Methods but ``hang_up`` raise LocalProtocolError when the call is gone or not answered."""

    def __init__(self, core: Core, incoming: IncomingCalls, outgoing: OutgoingCalls) -> None:
        self._core = core
        self._incoming = incoming
        self._outgoing = outgoing

    def is_alive(self, call: CallHandle) -> bool:
        """The call is known: not ended, failed or rejected."""
        return self._core.calls.get(call) is not None

    def bye(self, call: CallHandle, now: float, headers: Sequence[tuple[str, str]] = ()) -> None:
        """Hang up an answered call; the call is gone, no event follows.

        While the ACK to our 2xx is missing, the BYE waits for it (RFC 3261 section 15).
        """
        core = self._core
        found = core.calls.find(call, CallState.ANSWERED)
        found.bye_headers = headers
        if found.client_invite is not None:
            found.client_invite.acknowledge(None)
        if found.offer is not None:
            fail(core, found, found.offer, 487, (), now)
        core.calls.hide(found)
        if not found.unacked:
            send_bye(core, found, now)

    def hang_up(self, call: CallHandle, now: float) -> None:
        """End a call in whatever state: reject (480), cancel or bye; nothing when it is gone."""
        found = self._core.calls.get(call)
        if found is None:
            return
        if found.state is CallState.INCOMING:
            self._incoming.reject(call, 480, now)
        elif found.state is CallState.OUTGOING:
            self._outgoing.cancel(call, now)
        else:
            self.bye(call, now)

    def accept_reinvite(self, call: CallHandle, sdp: bytes, now: float) -> None:
        """Answer the ReinviteReceived with 200."""
        found = self._core.calls.find(call, CallState.ANSWERED)
        succeed(self._core, found, open_offer(found), sdp, now)

    def reject_reinvite(self, call: CallHandle, status: int, now: float, headers: HeaderList = ()) -> None:
        """Refuse the ReinviteReceived (488 usually, with a Warning); the session stays as it was."""
        found = self._core.calls.find(call, CallState.ANSWERED)
        fail(self._core, found, open_offer(found), status, headers, now)

    def reinvite(self, call: CallHandle, sdp: bytes, now: float) -> None:
        """Offer a changed session; ReinviteAnswered or ReinviteFailed follows."""
        core = self._core
        found = core.calls.find(call, CallState.ANSWERED)
        if found.has_own_offer or found.offer is not None or found.unacked:
            raise LocalProtocolError(f"call {call} has an open INVITE")
        contact = ("Contact", core.write.contact("", found.dialog.destination))
        request = core.write.in_dialog(found.dialog, "INVITE", (contact, *core.offering.capabilities, SDP_TYPE), sdp)
        OutgoingInvite(core, found, first=False).send(request, now)

    def send_digit(self, call: CallHandle, digit: str, now: float, duration_s: float = 0.16) -> None:
        """Send one key by INFO (application/dtmf-relay), for peers without telephone-event."""
        found = self._core.calls.find(call, CallState.ANSWERED)
        body = f"Signal={digit}\r\nDuration={round(duration_s * 1000)}\r\n".encode("ascii")
        request = self._core.write.in_dialog(found.dialog, "INFO", (("Content-Type", "application/dtmf-relay"),), body)
        send_in_dialog(self._core, found, request, now)

    def probe(self, call: CallHandle, now: float) -> None:
        """Ask by OPTIONS in the dialog whether the peer still has the call (RFC 3261 section 11): ``Probed`` follows.

        Where it answers that there is no such call (481) ``CallEnded`` follows instead.
        """
        send_probe(self._core, self._core.calls.find(call, CallState.ANSWERED), now)
