"""An INVITE becomes a call, or is refused: who calls whom, a port for the caller's audio, and what leads the call."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from interpreter.calls.outputs import JoinCall
from interpreter.calls.plan import Barred
from interpreter.calls.session import CallSession, RunsFlow
from interpreter.calls.visitor import Visitor
from interpreter.machine.effects import Target
from interpreter.machine.facts import NO_DAYS, Facts, facts_of
from interpreter.machine.machine import Machine
from interpreter.runtime.access import Access, Admission, Refused, ToExtension, ToFlow, ToOutside, ToService
from interpreter.runtime.call import LED, Board, Call
from interpreter.runtime.call_facts import CallFacts
from interpreter.runtime.denial import Denial
from interpreter.runtime.desk import Desk, DeskBoard
from interpreter.runtime.direct import DirectCall
from interpreter.runtime.directory import Directory
from interpreter.runtime.endings import FLOW_ENDINGS
from interpreter.runtime.legs.incoming import IncomingLeg
from interpreter.runtime.legs.leg import Leg, refusal_of
from interpreter.runtime.legs.media import Media
from interpreter.runtime.legs.routes import CALL_HEADER
from interpreter.runtime.routing import Routing
from interpreter.runtime.text import clean
from interpreter.sdp import NotAcceptable, SdpError
from interpreter.sip.events import CallHandle, InviteReceived
from interpreter.sip.message import Request
from interpreter.sip.randomness import Randomness
from interpreter.sip.writing import MAX_FORWARDS
from store.ids import new_id

LONGEST_NAME = 100
"""Characters of a caller's name: as many as the column of a call's record holds."""

LONGEST_CALL_ID = 300

Taken = ToFlow | ToExtension | ToOutside
"""What a call is made of."""

log = logging.getLogger("zongji.call")


def hops_left(request: Request) -> int:
    """What an INVITE that carries the call on may say in Max-Forwards (RFC 7332 section 4)."""
    text = (request.header("Max-Forwards") or "").strip()
    came_with = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else MAX_FORWARDS
    return max(0, min(came_with, 255) - 1)


class ReceptionBoard(Board, DeskBoard, Protocol):
    """What the reception needs of the switchboard."""

    calls: dict[str, Call]
    directory: Directory
    clock_offset: float

    def began(self, call: Call, leg: Leg) -> None:
        """Put a call into the books, with the leg that it begins with."""

    def started(self, call: Call) -> None:
        """Let others hear of it."""

    def leg_of(self, handle: CallHandle | None) -> tuple[Call, Leg] | None: ...


class Reception:
    """See the module."""

    def __init__(self, board: ReceptionBoard, access: Access, routing: Routing, rng: Randomness) -> None:
        self._board = board
        self._access = access
        self._routing = routing
        self._rng = rng
        self._desk = Desk(board)

    def invited(self, invite: InviteReceived) -> None:
        """Take an INVITE in. Raises whatever goes wrong before there is a call."""
        if invite.request.header(CALL_HEADER) in self._board.calls:
            why = f"call {invite.request.header(CALL_HEADER)} comes back to us"
            self._refuse(invite, 482, why, level=logging.WARNING)
            return
        invite = replace(invite, call_id=clean(invite.call_id, LONGEST_CALL_ID))  # from here on it is for reading only
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
            call = self._call(invite, decision, admission, guide)
            leg = IncomingLeg(LED, call.about.began_by, call, self._board, invite.call, media, body)
        except Exception:
            media.close()
            raise
        try:
            self._begin(call, leg, invite)
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

    def _call(self, invite: InviteReceived, decision: Taken, admission: Admission, guide: RunsFlow | None) -> Call:
        """guide: who leads it in place of whoever was called."""
        board = self._board
        name = decision.caller_name
        about = CallFacts(
            self._facts(decision), decision.tenant_id, decision.caller,
            clean(invite.caller_display if name is None else name, LONGEST_NAME), name is not None, decision.called,
            decision.version if isinstance(decision, ToFlow) else None, time.time(), board.clock_offset,
            hops_left(invite.request), tuple(admission.parties),
        )  # fmt: skip
        codes = board.directory.codes(about.tenant_id).in_talk
        if guide is not None:
            return Call(board, about, CallSession(guide, about.began_by, codes), FLOW_ENDINGS)
        if not isinstance(decision, ToFlow):
            to = decision.to if isinstance(decision, ToOutside) else Target("extension", decision.called)
            leads = Denial(to) if isinstance(to, Barred) else self._direct(to, about.tenant_id)
            return Call(board, about, CallSession(leads, about.began_by, codes), leads)
        assert decision.version.program is not None
        machine = Machine(decision.version.program, about.facts, self._rng.getrandbits(32))
        return Call(board, about, CallSession(machine, about.began_by, codes), FLOW_ENDINGS)

    def _direct(self, to: Target, tenant_id: str) -> DirectCall:
        tenant = self._board.directory.tenant(tenant_id)
        return DirectCall(to, self._board.settings.ring_seconds, tenant is not None and tenant.records_calls)

    def _facts(self, decision: Taken) -> Facts:
        tenant = self._board.directory.tenant(decision.tenant_id)
        return facts_of(
            new_id(),
            caller=decision.caller_came_as,
            called=decision.called_came_as,
            timezone=tenant.timezone if tenant else "Asia/Shanghai",
            extension_length=tenant.extension_length if tenant else None,
            days=tenant.days if tenant else NO_DAYS,
            switch=decision.switch if isinstance(decision, ToFlow) else "auto",
        )

    def _begin(self, call: Call, leg: IncomingLeg, invite: InviteReceived) -> None:
        about, version = call.about, call.flow
        self._board.began(call, leg)
        log.info("call %s begins: %s -> %s, SIP Call-ID %s", call.id, about.caller, about.called, invite.call_id)
        if call.facts.switch != "auto":
            log.info("call %s: the number is switched to %s", call.id, call.facts.switch)
        call.note({
            "e": "call", "tenant": about.tenant_id, "number": about.number, "caller": about.caller,
            "called": about.called, "flow": version.flow_id if version else None,
            "name": version.flow_name if version else "", "version": version.number if version else None,
            "sip": invite.call_id,
        })  # fmt: skip
        self._board.started(call)
        call.start()

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
