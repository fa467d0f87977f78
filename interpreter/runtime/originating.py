"""Calls that begin with us: a telephone of ours is rung first, and once it answers it is led like any that has called.

Whom it reaches then is decided as if it had dialled that, under its own permissions. Until it answers there is no
session at work: the call's inputs begin with the answer.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from interpreter.calls.codes import Called
from interpreter.calls.exchange import LegName
from interpreter.calls.inputs import LegReason
from interpreter.calls.outputs import JoinCall
from interpreter.calls.visitor import Visitor
from interpreter.control.server import Refused as Denied
from interpreter.machine.effects import Target
from interpreter.runtime.access import Access, Refused, ToFlow, ToOutside, ToService
from interpreter.runtime.beginning import Beginning, BeginningBoard
from interpreter.runtime.call import LED, Call
from interpreter.runtime.directory import ExtensionEntry, LoadedVersion
from interpreter.runtime.legs.fork import Fork
from interpreter.runtime.legs.keys import Way
from interpreter.runtime.legs.leg import LeftCause, Leg
from interpreter.runtime.limiter import Limiter, Party
from interpreter.runtime.plan import digits_of
from interpreter.runtime.routing import Routing
from interpreter.sip.events import CallHandle
from numbering.reach import may_be_shown

RING_SECONDS: Final = 45.0
"""How long the first telephone is rung."""

log = logging.getLogger("zongji.call")


class OriginatorBoard(BeginningBoard, Protocol):
    """What is needed of the switchboard."""

    limiter: Limiter


class Originator:
    """See the module. What cannot be is raised as ``control.server.Refused``."""

    def __init__(self, board: OriginatorBoard, access: Access, routing: Routing, beginning: Beginning) -> None:
        self._board = board
        self._access = access
        self._routing = routing
        self._beginning = beginning

    def dial_for(self, tenant_id: str, extension: str, dialled: str, shown: str = "") -> Call:
        """Ring an extension, then whoever it reaches by dialling so.

        shown: the number of the tenant's that outside sees, in any spelling; "" for the extension's own.
        """
        entry = self._extension(tenant_id, extension)
        if shown:
            entry = replace(entry, rights=replace(entry.rights, shown=self._own(tenant_id, shown)))
        decision = self._access.from_extension(entry, dialled)
        if isinstance(decision, Refused):
            raise Denied("not_reached", f"{dialled}: {decision.why}")
        if isinstance(decision, ToService):
            raise Denied("not_reached", f"{dialled} is a code")
        if isinstance(decision, ToOutside) and not isinstance(decision.to, Target):
            raise Denied(decision.to.rule, f"{extension} may not call {dialled}")
        call = self._beginning.call(decision, "", self._admitted(entry))
        return self._ring(entry, call, decision.called)

    def lead_into(self, tenant_id: str, extension: str, join: JoinCall, called: str) -> Call:
        """Ring an extension, and take it into a call. called: for the record."""
        entry = self._extension(tenant_id, extension)
        service = ToService(tenant_id, extension, called, entry.name, service=Called("pick_up", called))
        call = self._beginning.call(service, "", self._admitted(entry), Visitor(join))
        return self._ring(entry, call, called)

    def rehearse(self, tenant_id: str, extension: str, version: LoadedVersion, caller: str, called: str) -> Call:
        """Ring an extension, and lead it through a version as if ``caller`` had called ``called``; nothing is kept."""
        entry = self._extension(tenant_id, extension)
        decision = ToFlow(tenant_id, caller, called, version, caller, called, caller_name=entry.name)
        parties = self._admitted(entry)
        return self._ring(entry, self._beginning.trial(decision, parties), "", version.flow_name)

    def _own(self, tenant_id: str, shown: str) -> str:
        """The digits of a number that the tenant may show."""
        number = self._board.directory.number(digits_of(shown))
        if number is None or number.tenant_id != tenant_id or not may_be_shown(number.digits):
            raise Denied("not_shown", f"{shown} may not be shown")
        return number.digits

    def _extension(self, tenant_id: str, extension: str) -> ExtensionEntry:
        entry = self._board.directory.extension(tenant_id, extension)
        if entry is None:
            raise Denied("no_extension", f"there is no extension {extension}")
        return entry

    def _admitted(self, first: ExtensionEntry) -> tuple[Party, ...]:
        """Whose call it is one more of."""
        parties = (first.party,)
        refusal = self._board.limiter.admit(parties)
        if refusal is not None:
            raise Denied("busy" if refusal.status == 486 else "overloaded", f"{first.number} may have no more calls")
        return parties

    def _ring(self, first: ExtensionEntry, call: Call, shown: str, name: str = "") -> Call:
        """shown, name: the number that the first telephone sees, and whose it is."""
        board = self._board
        rung = _Rung(board, call)
        about = replace(call.about, facts=replace(call.facts, caller=shown), display=name, own=False)
        fork = self._routing.fork(about, LED, Target("extension", first.number), board, rung)
        if isinstance(fork, str):
            raise Denied(fork, f"extension {first.number} cannot be rung: {fork}")
        self._beginning.enter(call, None, "")
        rung.ring(fork)
        return call


class _Rung:
    """The telephone that a call is to begin with, until it answers (``fork.ForkOwner``)."""

    def __init__(self, board: OriginatorBoard, call: Call) -> None:
        self._board = board
        self._call = call
        self._name = LegName(call.id, LED)

    @property
    def id(self) -> str:
        return self._call.id

    @property
    def party(self) -> Party:
        return self._call.party

    def ring(self, fork: Fork) -> None:
        call = self._call
        call.forks = {LED: fork}
        call.note({"e": "ring", "leg": LED, "target": fork.target.value, "k": fork.target.kind})
        self._board.exchanges.rings(call.tenant_id, self._name, fork.target)
        self._board.loop.call_later(RING_SECONDS, self._expired, fork)
        fork.ring()
        self._board.flush()

    def _expired(self, fork: Fork) -> None:
        if self._call.forks is not None and self._call.forks.get(LED) is fork:
            fork.cancel()
            self._board.flush()

    def rings(self, number: int) -> None:
        self._call.note({"e": "rings", "leg": number})

    def early_media(self, number: int, sounds: bool) -> None:
        """Nobody hears it: there is no talk yet."""

    def answered_by(self, leg: Leg) -> None:
        call = self._call
        call.forks = None
        leg.owner = call
        call.note({"e": "up", "leg": LED, "via": leg.trunk, "codec": leg.media.codec})
        call.note({"e": "answered"})
        call.join(leg)
        self._board.exchanges.talks(call.tenant_id, self._name, leg.target)
        call.start()

    def failed(self, number: int, reason: LegReason) -> None:
        call = self._call
        call.forks = None
        call.down(number, reason)
        call.finish("busy" if reason == "busy" else "normal", "system")
        self._board.flush()

    def redirected(self, number: int, target: Target, users: Sequence[str]) -> None:
        """Whoever it has set its calls to is nobody who asked for this one."""
        self.failed(number, "declined")

    # what a leg tells only once it is the call's

    def pressed(self, leg: Leg, digit: str, way: Way) -> None:
        """No key before the answer."""

    def transfer_asked(self, leg: Leg, dialled: str, replaced: CallHandle | None) -> None:
        """No transfer before the answer."""

    def held(self, leg: Leg, held: bool) -> None:
        """No hold before the answer."""

    def left(self, leg: Leg, cause: LeftCause) -> None:
        """A leg that is not answered fails."""

    def break_off(self) -> None:
        self._call.break_off()
