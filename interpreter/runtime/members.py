"""The extensions of a tenant, as a queue asks about them (``calls.queue.Members``)."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.calls.exchange import Exchange
from interpreter.machine.effects import Target


class TenantMembers:
    """exchange: of the tenant. has_telephones: whether an extension of it could be rung now."""

    __slots__ = ("_exchange", "_has_telephones")

    def __init__(self, exchange: Exchange, has_telephones: Callable[[str], bool]) -> None:
        self._exchange = exchange
        self._has_telephones = has_telephones

    def there(self, member: str) -> bool:
        return self._has_telephones(member)

    def free(self, member: str) -> bool:
        return self._exchange.state(Target("extension", member)) == "idle" and self._has_telephones(member)

    def idle_since(self, member: str) -> float:
        return self._exchange.idle_since(Target("extension", member))
