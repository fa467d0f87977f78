"""The extensions of a tenant, as a queue asks about them (``calls.queue.Members``)."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.calls.exchange import Exchange
from interpreter.machine.effects import Target


class TenantMembers:
    """exchange: of the tenant. registered: whether an extension of it has a telephone now."""

    __slots__ = ("_exchange", "_registered")

    def __init__(self, exchange: Exchange, registered: Callable[[str], bool]) -> None:
        self._exchange = exchange
        self._registered = registered

    def there(self, member: str) -> bool:
        return self._registered(member)

    def free(self, member: str) -> bool:
        return self._exchange.state(Target("extension", member)) == "idle" and self._registered(member)

    def idle_since(self, member: str) -> float:
        return self._exchange.idle_since(Target("extension", member))
