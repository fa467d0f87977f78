"""What a telephone of ours gets that calls a service: whoever leads its call."""

from __future__ import annotations

from functools import partial
from typing import Final, Protocol

from interpreter.calls.codes import FOR_OPERATORS, WITH_PIN, Called
from interpreter.calls.codes import Service as Code
from interpreter.calls.errand import Errand
from interpreter.calls.mailbox import MailboxCall
from interpreter.calls.monitoring import PinCall, Verdict
from interpreter.calls.pin_lock import PinLock
from interpreter.calls.session import RunsFlow
from interpreter.calls.visitor import Visitor
from interpreter.machine.effects import Data
from interpreter.runtime.directory import Directory
from interpreter.runtime.errands import Errands
from interpreter.runtime.exchanges import Exchanges
from store import Store
from store.audit import Actor, Thing
from store.pins import pin_fits

_ERRANDS: Final[dict[Code, tuple[str, Data, str]]] = {
    "day": ("switch", {"to": "day"}, "pv_day"),
    "night": ("switch", {"to": "night"}, "pv_night"),
    "by_calendar": ("switch", {"to": "auto"}, "pv_auto"),
    "do_not_disturb": ("do_not_disturb", {"on": True}, "pv_dndon"),
    "disturb": ("do_not_disturb", {"on": False}, "pv_dndoff"),
}
"""What is asked for (``runtime.services``), and what is said once it is done."""


class DeskBoard(Protocol):
    """What the desk needs of the switchboard."""

    directory: Directory
    exchanges: Exchanges
    errands: Errands


class Desk:
    """See the module."""

    def __init__(self, board: DeskBoard) -> None:
        self._board = board
        self._locks: dict[str, PinLock] = {}

    def leader(self, tenant_id: str, caller: str, called: Called) -> RunsFlow | int:
        """Who leads extension ``caller``; a SIP status where it gets nothing."""
        service = called.service
        tenant = self._board.directory.tenant(tenant_id)
        if service in FOR_OPERATORS and (tenant is None or caller not in tenant.operators):
            return 403
        if service in WITH_PIN:
            return PinCall(partial(self._judge, tenant_id, caller, called))
        if service in _ERRANDS:
            kind, data, words = _ERRANDS[service]
            return Errand(kind, data, {"ok": words, "error": "pv_error"})
        if service == "mailbox":
            return MailboxCall(self._board.directory.language(tenant_id))
        visit = self._board.exchanges.visit(tenant_id, called, caller)
        return 480 if visit is None else Visitor(visit)

    def _judge(self, tenant_id: str, caller: str, called: Called, pin: str) -> Verdict:
        """What an operator's PIN comes to; whom he listens to is written down."""
        board, actor = self._board, Actor("extension", caller)
        tenant = board.directory.tenant(tenant_id)
        kept = "" if tenant is None else tenant.pin
        verdict = self._locks.setdefault(tenant_id, PinLock()).tried(kept, pin_fits(kept, pin))
        if verdict == "locked" and kept:
            board.errands.leave(partial(_lock, tenant_id=tenant_id, kept=kept), actor)
        if verdict != "right":
            return verdict
        visit = board.exchanges.visit(tenant_id, called, caller)
        if visit is None:
            return "no_call"
        details = {"how": called.service, "extension": called.number}
        board.errands.leave(
            lambda store: store.audit.add(tenant_id, "call.monitor", Thing("call", visit.call), details), actor
        )
        return visit


def _lock(store: Store, *, tenant_id: str, kept: str) -> None:
    store.exchange.lock(tenant_id, kept)
