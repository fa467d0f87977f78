"""What the TU does with a call that has come in and is not answered yet (RFC 3261 sections 13.3 and 21)."""

from .calls import Call, CallState, OpenOffer
from .config import HeaderList
from .core import Core
from .errors import LocalProtocolError
from .events import CallHandle
from .uas import fail, provisional, succeed


class IncomingCalls:
    """``UserAgent.incoming``. Methods raise LocalProtocolError when the call is gone or not in a state for them."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def progress(self, call: CallHandle, status: int, now: float, sdp: bytes | None = None) -> None:
        """Send 180 or 183; with ``sdp`` as early media. May be repeated."""
        if not 100 < status < 200:
            raise LocalProtocolError(f"{status} is not provisional")
        found = self._core.calls.find(call, CallState.INCOMING)
        provisional(self._core, found, open_offer(found), status, sdp, now)

    def answer(self, call: CallHandle, sdp: bytes, now: float) -> None:
        """Send 200 with our answer (or our offer, if the INVITE had none); repeated until the ACK comes."""
        found = self._core.calls.find(call, CallState.INCOMING)
        succeed(self._core, found, open_offer(found), sdp, now)
        found.state = CallState.ANSWERED

    def reject(self, call: CallHandle, status: int, now: float, headers: HeaderList = ()) -> None:
        """Refuse an unanswered call with a 4xx-6xx; the call is gone.

        headers: ``headers.warning`` of a NotAcceptable beside its 488, Retry-After beside a 503.
        """
        if not 400 <= status < 700:
            raise LocalProtocolError(f"{status} is no refusal")
        found = self._core.calls.find(call, CallState.INCOMING)
        fail(self._core, found, open_offer(found), status, headers, now)
        self._core.calls.drop(found)


def open_offer(call: Call) -> OpenOffer:
    """What the peer waits for; raises LocalProtocolError where that is nothing."""
    if call.offer is None:
        raise LocalProtocolError(f"call {call.handle} has no open offer")
    return call.offer
