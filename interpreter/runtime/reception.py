"""An INVITE becomes a call, or is refused: who calls whom, and a port for the caller's audio."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from interpreter.calls.outputs import JoinCall
from interpreter.calls.session import RunsFlow
from interpreter.calls.visitor import Visitor
from interpreter.runtime.access import Access, Admission, Refused, ToService
from interpreter.runtime.beginning import Beginning, BeginningBoard, Taken
from interpreter.runtime.call import LED, Call
from interpreter.runtime.desk import Desk, DeskBoard
from interpreter.runtime.legs.incoming import IncomingLeg
from interpreter.runtime.legs.leg import Leg, refusal_of
from interpreter.runtime.legs.media import Media
from interpreter.runtime.legs.routes import CALL_HEADER
from interpreter.runtime.routing import Routing
from interpreter.runtime.text import clean
from interpreter.sdp import NotAcceptable, SdpError
from interpreter.sip.events import CallHandle, InviteReceived
from interpreter.sip.message import Request
from interpreter.sip.writing import MAX_FORWARDS

LONGEST_CALL_ID = 300

log = logging.getLogger("zongji.call")


def hops_left(request: Request) -> int:
    """What an INVITE that carries the call on may say in Max-Forwards (RFC 7332 section 4)."""
    text = (request.header("Max-Forwards") or "").strip()
    came_with = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else MAX_FORWARDS
    return max(0, min(came_with, 255) - 1)


class ReceptionBoard(BeginningBoard, DeskBoard, Protocol):
    """What the reception needs of the switchboard."""

    def leg_of(self, handle: CallHandle | None) -> tuple[Call, Leg] | None: ...


class Reception:
    """See the module."""

    def __init__(self, board: ReceptionBoard, access: Access, routing: Routing, beginning: Beginning) -> None:
        self._board = board
        self._access = access
        self._routing = routing
        self._beginning = beginning
        self._desk = Desk(board)

    def invited(self, invite: InviteReceived) -> None:
        """Take an INVITE in. Raises whatever goes wrong before there is a call."""
        if invite.request.header(CALL_HEADER) in self._board.calls:
            why = f"call {invite.request.header(CALL_HEADER)} comes back to us"
            self._refuse(invite, 482, why, level=logging.WARNING)
            return
        call_id = clean(invite.call_id, LONGEST_CALL_ID)  # from here on it is for reading only
        if call_id != invite.call_id:
            invite = replace(invite, call_id=call_id)
        admission = self._access.admit(invite)
        decision = admission.decision
        if isinstance(decision, Refused):
            self._refuse(invite, decision.status, decision.why)
            return
        if admission.trunk is not None:
            self._routing.called_by(invite.source)
        guide = self._guide(invite, decision)
        if isinstance(guide, int):
            self._refuse(invite, guide, f"no {decision.called}")
            return
        taken = self._take_media(invite, admission)
        if taken is None:
            return
        media, body = taken
        try:
            call = self._beginning.call(
                decision, invite.caller_display, admission.parties, guide, max_forwards=hops_left(invite.request)
            )
            leg = IncomingLeg(LED, call.about.began_by, call, self._board, invite.call, media, body)
        except Exception:
            media.close()
            raise
        try:
            self._beginning.enter(call, leg, invite.call_id)
            call.start()
        except Exception:
            call.break_off()

    def _refuse(
        self, invite: InviteReceived, status: int, why: str, headers: Sequence[tuple[str, str]] = (),
        level: int = logging.INFO,
    ) -> None:  # fmt: skip
        log.log(level, "INVITE %s for %s refused: %d, %s", invite.call_id, invite.called.number, status, why)
        driver = self._board.driver
        driver.ua.incoming.reject(invite.call, status, driver.now, headers)

    def _take_media(self, invite: InviteReceived, admission: Admission) -> tuple[Media, bytes] | None:
        """A port and our SDP for the caller; None after the INVITE was refused for lack of them."""
        signals_from, trunk = invite.source.host, admission.trunk

        def early(host: str) -> bool:
            return host == signals_from or (trunk is not None and host in trunk.media_hosts)

        try:
            media = self._board.media.open(invite.source, len(invite.request.header_values("Via")) > 1, early)
        except Exception as error:  # ports, descriptors or legs used up: all of them mean: later
            wait = ("Retry-After", str(self._board.settings.limits.retry_after_seconds))
            self._refuse(invite, 503, f"no media port: {error}", (wait,), logging.ERROR)
            return None
        try:
            return media, media.offer() if invite.sdp is None else media.answer(invite.sdp)
        except (SdpError, NotAcceptable) as error:
            status, headers = refusal_of(error)
            self._refuse(invite, status, str(error), headers)
            media.close()
            return None

    def _guide(self, invite: InviteReceived, decision: Taken) -> RunsFlow | int | None:
        """Who leads a telephone of ours that called a service, or wants to be in place of a leg (Replaces, RFC 3891);
        a SIP status where it cannot have that.
        """
        if isinstance(decision, ToService):
            return self._desk.leader(decision.tenant_id, decision.caller, decision.service)
        found = self._board.leg_of(invite.replaced) if decision.caller_name is not None else None
        if found is None or found[0].tenant_id != decision.tenant_id:
            return None
        visited, other = found
        return Visitor(JoinCall(visited.id, "replaces" if other.answered else "answers", other.number))
