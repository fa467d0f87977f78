"""Registrations across restarts: from the registrar into the store by the mover's thread, and back at a start."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from interpreter.runtime.text import clean, is_clean
from interpreter.sip.aor import Aor
from interpreter.sip.hop import Hop
from interpreter.sip.registrar import Binding as LiveBinding
from interpreter.sip.registrar import Registrar
from store.errors import said
from store.records import Binding

LONGEST_CONTACT, LONGEST_CALL_ID, LONGEST_USER_AGENT = 500, 300, 200
"""Characters that the columns hold."""

FAILURES_IN_A_ROW = 3

LONGEST_SECONDS = 3600.0
"""No registration holds longer from a restart on: the registrar grants no more, but the clock may be set back."""

PRUNE_SECONDS = 3600.0
"""What expires while we run goes at once; this is for what expired while no runtime ran."""

log = logging.getLogger(__name__)


def _written(hop: Hop) -> str:
    """``udp:198.51.100.7:40000@udp:192.0.2.1:5060``: who registered, and the listener of ours it did so at."""
    return f"{hop}@{hop.connection}"


def _read(text: str) -> Hop | None:
    """None for what is none. Before there were several listeners the second half was missing."""
    address, _, connection = text.partition("@")
    transport, _, rest = address.partition(":")
    host, _, port = rest.rpartition(":")
    if not (host and port.isascii() and port.isdigit()):
        return None
    return Hop(transport.upper(), host.strip("[]"), int(port), connection)


class RegistrationStore(Protocol):
    """What is needed of the store."""

    def replace(self, tenant: str, extension: str, bindings: Sequence[Binding]) -> None: ...
    def load(self, now: float) -> list[Binding]: ...
    def prune(self, now: float) -> int: ...


class KeptTwice:
    """In the database, and in the node's copy for a start without it. Each raises what the database raised."""

    def __init__(self, database: RegistrationStore, copy: RegistrationStore) -> None:
        self._database = database
        self._copy = copy

    def replace(self, tenant: str, extension: str, bindings: Sequence[Binding]) -> None:
        self._copy.replace(tenant, extension, bindings)
        self._database.replace(tenant, extension, bindings)

    def load(self, now: float) -> list[Binding]:
        try:
            return self._database.load(now)
        except Exception as error:  # whatever its driver says: it is away
            log.warning("registrations as they were known last, for the database is away: %s", said(error))
            return self._copy.load(now)

    def prune(self, now: float) -> int:
        self._copy.prune(now)
        return self._database.prune(now)


class StoredBindings:
    """``changed`` is for the event loop, ``write`` and ``prune`` for the mover's thread.

    clock: the registrar's, monotonic.
    """

    def __init__(self, store: RegistrationStore, registrar: Registrar, clock: Callable[[], float]) -> None:
        self._store = store
        self._registrar = registrar
        self._clock = clock
        self._lock = threading.Lock()
        self._changed: dict[Aor, list[Binding]] = {}
        self._next_prune = clock()

    def changed(self, aor: Aor) -> None:
        """Note what now holds for a user."""
        now, ahead = self._clock(), time.time() - self._clock()
        bindings = [
            Binding(
                tenant_id=aor.domain,
                extension=aor.user,
                contact=b.contact,
                source=_written(b.source),
                expires_at=b.expires_at + ahead,
                call_id=clean(b.call_id, LONGEST_CALL_ID),
                cseq=b.cseq,
                user_agent=clean(b.user_agent, LONGEST_USER_AGENT),
            )
            for b in self._registrar.bindings(aor, now)
            if len(b.contact) <= LONGEST_CONTACT and is_clean(b.contact)  # else it would be another address
        ]
        with self._lock:
            self._changed[aor] = bindings

    def write(self) -> None:
        """Store what has changed. Raises what the store raised; nothing is forgotten then.

        What the store does not take keeps nobody else's from it: the next users have their turn, and it comes last
        the next time. After a few failures in a row the database is taken to be away.
        """
        with self._lock:
            changed, self._changed = self._changed, {}
        failed: dict[Aor, list[Binding]] = {}
        error: Exception | None = None
        in_a_row = 0
        while changed and in_a_row < FAILURES_IN_A_ROW:
            aor = next(iter(changed))
            bindings = changed.pop(aor)
            try:
                self._store.replace(aor.domain, aor.user, bindings)
                in_a_row = 0
            except Exception as refused:
                failed[aor], error = bindings, refused
                in_a_row += 1
        if error is not None:
            with self._lock:
                self._changed = changed | failed | self._changed
            raise error

    def prune(self) -> None:
        """Forget what has expired, at the first call and then once an hour. Raises what the store raised."""
        if self._clock() < self._next_prune:
            return
        gone = self._store.prune(time.time())
        self._next_prune = self._clock() + PRUNE_SECONDS
        if gone:
            log.info("%d expired registrations removed from the database", gone)

    def restore(self) -> int:
        """Give the registrar what the last run knew and what still holds. Returns how many."""
        now, ahead = self._clock(), time.time() - self._clock()
        found: list[LiveBinding] = []
        for binding in self._store.load(now + ahead):
            source = _read(binding.source)
            if source is not None:
                found.append(
                    LiveBinding(
                        aor=Aor(binding.tenant_id, binding.extension),
                        contact=binding.contact,
                        source=source,
                        user_agent=binding.user_agent,
                        call_id=binding.call_id,
                        cseq=binding.cseq,
                        expires_at=min(binding.expires_at - ahead, now + LONGEST_SECONDS),
                    )
                )
        self._registrar.load(found, now)
        return len(found)
