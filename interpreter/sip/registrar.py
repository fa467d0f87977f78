"""Registrar: who can be reached where (RFC 3261 section 10.3)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One contact of an address-of-record.

    contact: the URI as registered, the Request-URI of calls to it. source: (host, port) the REGISTER came from,
    where the datagrams go. expires_at: on the caller's ``now`` clock.
    """

    user: str
    contact: str
    source: tuple[str, int]
    user_agent: str
    call_id: str
    cseq: int
    expires_at: float


class Registrar:
    """Bindings per user. Shared by the UserAgents of several sockets.

    Registrar(authenticator, min_expires_s=60, max_expires_s=3600, default_expires_s=3600, max_contacts=10)
    """

    def bindings(self, user: str, now: float) -> list[Binding]:
        """Live bindings of a user, newest first; empty when offline."""
        raise NotImplementedError

    def users(self, now: float) -> Mapping[str, list[Binding]]:
        """Everyone online."""
        raise NotImplementedError

    def snapshot(self, now: float) -> list[dict[str, object]]:
        """JSON-able bindings with ``expires_in`` seconds, for ``load`` after a restart."""
        raise NotImplementedError

    def load(self, snapshot: list[dict[str, object]], now: float) -> None:
        """Restore a snapshot; ``expires_in`` counts from ``now`` (subtract the downtime before)."""
        raise NotImplementedError

    def remove(self, user: str) -> int:
        """Forget all bindings of a user (extension deleted, secret changed); returns how many."""
        raise NotImplementedError
