"""Calls: a dialog each, with the INVITEs and transfers open in it, and the ways to find one."""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from .config import HeaderList
from .dialog import Dialog, DialogId
from .digest import Credentials
from .errors import LocalProtocolError
from .events import CallHandle
from .hop import Hop
from .message import Request
from .replaces import Replaces
from .server_transactions import ServerKey, ServerTransaction
from .timers import Timer, cancel


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


class Calls:
    """All calls of one UserAgent, by handle, dialog, open offer, and 2xx whose ACK is missing."""

    def __init__(self) -> None:
        self._calls: dict[CallHandle, Call] = {}
        self.dialogs: dict[DialogId, Call] = {}
        self.offers: dict[ServerKey, Call] = {}
        self.awaiting_ack: dict[tuple[str, str, int], Call] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def get(self, handle: CallHandle) -> Call | None:
        """None where it is gone."""
        return self._calls.get(handle)

    def find(self, handle: CallHandle, *states: CallState) -> Call:
        """The call in one of these states; raises LocalProtocolError."""
        call = self._calls.get(handle)
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

    def add(self, call: Call) -> None:
        self._calls[call.handle] = call
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

    def hide(self, call: Call) -> None:
        """The TU knows the call no longer; the dialog may live on until its BYE can be sent."""
        call.state = CallState.GONE
        self._calls.pop(call.handle, None)

    def drop(self, call: Call) -> None:
        """Forget call and dialog."""
        self.hide(call)
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
