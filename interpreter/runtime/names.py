"""IPv4 addresses of host names, asked for again and again by a thread of their own, for a resolver may take its time.

Only A records: a trunk that is found by SRV (RFC 3263) has to be named by one of its hosts.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from interpreter.runtime.addresses import is_ipv4

REFRESH_SECONDS = 60.0
"""The resolver tells no TTL; carriers that move their gateways give it a minute or more."""

log = logging.getLogger(__name__)

Resolve = Callable[[str], Iterable[str]]


def ipv4_addresses(host: str) -> list[str]:
    """All of the host's. Raises OSError where it has none, ValueError where it is no name."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_DGRAM)]


@dataclass(slots=True)
class _Name:
    addresses: tuple[str, ...] = ()
    asked: bool = False
    failing: bool = False


class HostNames:
    """What is known of the names it was told to ``expect``. Any thread may ask; ``start`` begins to ask again."""

    def __init__(self, resolve: Resolve = ipv4_addresses, every: float = REFRESH_SECONDS) -> None:
        self._resolve = resolve
        self._every = every
        self._names: dict[str, _Name] = {}
        self._changed = threading.Condition()
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self.changes = 0
        """Grows whenever an address of a name that was known before is another one now."""

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="names", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask no more. Does not wait for a question that is still out."""
        self._stopping = True
        self._wake.set()

    def expect(self, hosts: Iterable[str], patience: float) -> None:
        """Know these names from now on, and no others; wait ``patience`` seconds at most for those that are new."""
        wanted = {host for host in hosts if not is_ipv4(host)}
        with self._changed:
            self._names = {host: self._names.get(host) or _Name() for host in wanted}
            if self._thread is not None:
                if not all(name.asked for name in self._names.values()):
                    self._wake.set()
                self._changed.wait_for(lambda: all(name.asked for name in self._names.values()), patience)
                return
        self.refresh(new_only=True)

    def addresses(self, host: str) -> tuple[str, ...]:
        """The last addresses known, () while there are none; a literal is its own. The first stays first if it can."""
        if is_ipv4(host):
            return (host,)
        name = self._names.get(host)
        return () if name is None else name.addresses

    def refresh(self, *, new_only: bool = False) -> None:
        """Ask for every name, or for those never asked for; what cannot be resolved keeps its last addresses."""
        for host, name in list(self._names.items()):
            if not (new_only and name.asked):
                self._ask(host, name)

    def _ask(self, host: str, name: _Name) -> None:
        try:
            found = set(self._resolve(host))
        except (OSError, ValueError) as error:  # ValueError: no name at all, for IDNA
            if not name.failing:
                known = f"; {', '.join(name.addresses)} is used on" if name.addresses else ""
                log.error("host %s has no address: %s%s", host, error, known)
            found, name.failing = set(name.addresses), True
        else:
            if name.failing:
                log.info("host %s has an address again", host)
            name.failing = False
        with self._changed:
            if found != set(name.addresses):
                kept = [address for address in name.addresses[:1] if address in found]
                if name.addresses:
                    log.info("host %s is at %s now", host, ", ".join(sorted(found)))
                name.addresses = (*kept, *sorted(found.difference(kept)))
                self.changes += 1
            name.asked = True
            self._changed.notify_all()

    def _run(self) -> None:
        due = time.monotonic() + self._every
        while True:
            self._wake.wait(max(0.0, due - time.monotonic()))
            self._wake.clear()
            if self._stopping:
                return
            all_of_them = time.monotonic() >= due
            self.refresh(new_only=not all_of_them)
            if all_of_them:
                due = time.monotonic() + self._every
