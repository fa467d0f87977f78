"""How a call begins: what is settled about it, what leads it, and its first line in the journal."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from interpreter.calls.denial import Denial
from interpreter.calls.direct import DirectCall
from interpreter.calls.plan import WORDS, Barred
from interpreter.calls.rehearsal import Rehearsal
from interpreter.calls.session import CallSession, RunsFlow
from interpreter.flow.spoken import LOCALES
from interpreter.machine.effects import Target
from interpreter.machine.facts import NO_DAYS, Facts, facts_of
from interpreter.machine.machine import Machine
from interpreter.runtime.access import ToExtension, ToFlow, ToOutside
from interpreter.runtime.call import Board, Call
from interpreter.runtime.call_facts import CallFacts
from interpreter.runtime.directory import Directory
from interpreter.runtime.endings import FLOW_ENDINGS
from interpreter.runtime.legs.leg import Leg
from interpreter.runtime.limiter import Party
from interpreter.runtime.text import clean
from interpreter.sip.randomness import Randomness
from interpreter.sip.writing import MAX_FORWARDS
from store.ids import new_id

LONGEST_NAME = 100
"""Characters of a caller's name: as many as the column of a call's record holds."""

Taken = ToFlow | ToExtension | ToOutside
"""What a call is made of."""

log = logging.getLogger("zongji.call")


class BeginningBoard(Board, Protocol):
    """What is needed of the switchboard."""

    directory: Directory
    clock_offset: float

    def began(self, call: Call, leg: Leg | None) -> None:
        """Put a call into the books, with the leg that it begins with; None where that is still to be rung."""

    def started(self, call: Call) -> None:
        """Let others hear of it."""


class Beginning:
    """See the module."""

    def __init__(self, board: BeginningBoard, rng: Randomness) -> None:
        self._board = board
        self._rng = rng

    def call(
        self, decision: Taken, display: str, parties: Sequence[Party], guide: RunsFlow | None = None, *,
        max_forwards: int = MAX_FORWARDS,
    ) -> Call:  # fmt: skip
        """display: the caller's name where nobody proved who calls. guide: leads it in place of who was called."""
        board = self._board
        about = self._about(decision, display, parties, max_forwards)
        codes = board.directory.codes(about.tenant_id).in_talk
        if guide is not None:
            return Call(board, about, CallSession(guide, about.began_by, codes), FLOW_ENDINGS)
        if not isinstance(decision, ToFlow):
            to = decision.to if isinstance(decision, ToOutside) else Target("extension", decision.called)
            leads = _denial(to) if isinstance(to, Barred) else self._direct(to, about.tenant_id)
            return Call(board, about, CallSession(leads, about.began_by, codes), leads)
        assert decision.version.program is not None
        machine = Machine(decision.version.program, about.facts, self._rng.getrandbits(32))
        return Call(board, about, CallSession(machine, about.began_by, codes), FLOW_ENDINGS)

    def trial(self, decision: ToFlow, parties: Sequence[Party]) -> Call:
        """A call that tries a draft at one telephone."""
        about = replace(self._about(decision, "", parties, MAX_FORWARDS), trial=True)
        assert decision.version.program is not None
        machine = Machine(decision.version.program, about.facts, self._rng.getrandbits(32))
        return Call(self._board, about, Rehearsal(machine), FLOW_ENDINGS)

    def enter(self, call: Call, leg: Leg | None, sip: str) -> None:
        """Write the call into all books. leg: see ``BeginningBoard.began``. sip: its Call-ID, "" for a call of ours."""
        about, version = call.about, call.flow
        self._board.began(call, leg)
        log.info("call %s begins: %s -> %s, SIP Call-ID %s", call.id, about.caller, about.called, sip or "none yet")
        if call.facts.switch != "auto":
            log.info("call %s: the number is switched to %s", call.id, call.facts.switch)
        call.note({
            "e": "call", "tenant": about.tenant_id, "number": about.number, "caller": about.caller,
            "called": about.called, "flow": version.flow_id if version else None,
            "name": version.flow_name if version else "", "version": version.number if version else None, "sip": sip,
            "given": call.given,
        })  # fmt: skip
        self._board.started(call)

    def _about(self, decision: Taken, display: str, parties: Sequence[Party], max_forwards: int) -> CallFacts:
        name = decision.caller_name
        return CallFacts(
            self._facts(decision), decision.tenant_id, decision.caller,
            clean(display if name is None else name, LONGEST_NAME), name is not None, decision.called,
            decision.version if isinstance(decision, ToFlow) else None, time.time(), self._board.clock_offset,
            max_forwards, tuple(parties),
        )  # fmt: skip

    def _direct(self, to: Target, tenant_id: str) -> DirectCall:
        tenant = self._board.directory.tenant(tenant_id)
        return DirectCall(to, self._board.settings.ring_seconds, "off" if tenant is None else tenant.recorded)

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


def _denial(barred: Barred) -> Denial:
    """In all languages, as a carrier speaks."""
    return Denial(barred, [f"{locale}:{WORDS[barred.rule]}" for locale in LOCALES])
