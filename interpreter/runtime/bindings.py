"""Registrations across restarts: from the registrar into the store by the mover's thread, and back at a start."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from interpreter.runtime.directory import Directory
from interpreter.sip.registrar import Registrar
from store.records import Binding


class RegistrationStore(Protocol):
    """What is needed of the store."""

    def replace(self, tenant: str, extension: str, bindings: Sequence[Binding]) -> None: ...
    def load(self, now: float) -> list[Binding]: ...


class StoredBindings:
    """``changed`` is for the event loop, ``write`` for the mover's thread. clock: the registrar's, monotonic."""

    def __init__(self, store: RegistrationStore, registrar: Registrar, clock: Callable[[], float]) -> None:
        self._store = store
        self._registrar = registrar
        self._clock = clock
        self._lock = threading.Lock()
        self._changed: dict[str, tuple[str, list[Binding]]] = {}

    def changed(self, user: str, directory: Directory) -> None:
        """Note what now holds for a user."""
        extension = directory.user(user)
        if extension is None:
            return
        now, ahead = self._clock(), time.time() - self._clock()
        bindings = [
            Binding(
                tenant_id=extension.tenant_id,
                extension=user,
                contact=b.contact,
                source=f"udp:{b.source[0]}:{b.source[1]}",
                expires_at=b.expires_at + ahead,
                call_id=b.call_id,
                cseq=b.cseq,
                user_agent=b.user_agent,
            )
            for b in self._registrar.bindings(user, now)
        ]
        with self._lock:
            self._changed[user] = (extension.tenant_id, bindings)

    def write(self) -> None:
        """Store what has changed. Raises what the store raises; nothing is forgotten then."""
        with self._lock:
            changed, self._changed = self._changed, {}
        while changed:
            user, (tenant, bindings) = next(iter(changed.items()))
            try:
                self._store.replace(tenant, user, bindings)
            except Exception:
                with self._lock:
                    self._changed = changed | self._changed
                raise
            del changed[user]

    def restore(self) -> int:
        """Give the registrar what the last run knew and what still holds. Returns how many."""
        now = time.time()
        rows: list[dict[str, object]] = []
        for binding in self._store.load(now):
            _, _, address = binding.source.partition(":")
            host, _, port = address.rpartition(":")
            if port.isdigit():
                rows.append({
                    "user": binding.extension, "contact": binding.contact, "host": host, "port": int(port),
                    "user_agent": binding.user_agent, "call_id": binding.call_id, "cseq": binding.cseq,
                    "expires_in": binding.expires_at - now,
                })  # fmt: skip
        self._registrar.load(rows, self._clock())
        return len(rows)
