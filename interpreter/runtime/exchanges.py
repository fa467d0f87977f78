"""The exchange of each tenant on this node (``calls.exchange``), told of legs as they ring, talk and end."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.calls.codes import Called
from interpreter.calls.exchange import Exchange, LegName
from interpreter.calls.outputs import JoinCall
from interpreter.machine.effects import Target
from interpreter.runtime.directory import Directory


class Exchanges:
    """now: UNIX seconds."""

    def __init__(self, directory: Callable[[], Directory], now: Callable[[], float]) -> None:
        self._directory = directory
        self._now = now
        self._by_tenant: dict[str, Exchange] = {}

    def of(self, tenant_id: str) -> Exchange:
        exchange = self._by_tenant.get(tenant_id)
        if exchange is None:
            exchange = self._by_tenant[tenant_id] = Exchange()
        return exchange

    def rings(self, tenant_id: str, leg: LegName, who: Target) -> None:
        self.of(tenant_id).rings(leg, who)

    def talks(self, tenant_id: str, leg: LegName, who: Target) -> None:
        self.of(tenant_id).talks(leg, who)

    def gone(self, tenant_id: str, leg: LegName) -> None:
        self.of(tenant_id).gone(leg, self._now())

    def park(self, tenant_id: str, call: str) -> str | None:
        """A place for a call: one whose number no extension has."""
        directory = self._directory()
        return self.of(tenant_id).park(call, lambda place: directory.extension(tenant_id, place) is None)

    def unpark(self, tenant_id: str, place: str) -> None:
        self.of(tenant_id).unpark(place)

    def visit(self, tenant_id: str, called: Called, who: str) -> JoinCall | None:
        """Where a service leads an extension."""
        return self.of(tenant_id).visit(called, who, self._directory().colleagues(tenant_id, who))
