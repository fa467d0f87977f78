"""Connections that cannot hold the web process up: clients that send or read slowly are waited for within limits.

Each request that is being read or answered holds a thread. A client that sends one byte every few seconds, or that
never reads its answer, would hold it for as long as it likes; a hundred of them would be the whole page.
"""

from __future__ import annotations

import errno
import ipaddress
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from werkzeug.exceptions import RequestTimeout, ServiceUnavailable

LEAST_BYTES_PER_SECOND = 8_000
"""A request may take the time that its bytes need at this rate, above the fixed one: 64 kbit/s, a poor mobile link."""

HEAD_KEPT = 4_096
"""So much of a request's beginning is remembered, for answers to requests that cannot be read."""


class TooSlow(RequestTimeout):
    """The request did not come in time; 408."""


class TooManyWaiting(ServiceUnavailable):
    """So many threads wait for this address already that others would suffer; 503."""


def network_of(address: str) -> str:
    """Whom an address belongs to: an IPv4 address, or the /64 that one IPv6 subscriber has (RFC 6177)."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.IPv6Network((int(parsed) >> 64 << 64, 64)))


class Gate:
    """Counts, per network, open connections and threads that wait for one. Thread-safe.

    connections, waiting: how many one network may have; None: any number (behind a proxy all have its address).
    all_waiting: threads that may wait for all of them together: many addresses are somebody's, too.
    """

    def __init__(self, connections: int | None, waiting: int | None, all_waiting: int | None = None) -> None:
        self._limits = (connections, waiting)
        self._all_waiting = all_waiting
        self._lock = threading.Lock()
        self._open: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()

    def enter(self, network: str) -> bool:
        """A connection begins; False where its network has too many, and then it must not ``leave``."""
        return self._add(self._open, network, self._limits[0])

    def leave(self, network: str) -> None:
        """A connection has ended."""
        self._subtract(self._open, network)

    def busiest(self) -> str:
        """The network with the most open connections, "" where there are none."""
        with self._lock:
            return max(self._open, key=lambda network: self._open[network], default="")

    @contextmanager
    def waiting(self, network: str) -> Iterator[None]:
        """A thread waits for the client inside. Raises TooManyWaiting."""
        if not self._add(self._waiting, network, self._limits[1]):
            raise TooManyWaiting
        if self._all_waiting is not None and self._waiting.total() > self._all_waiting:
            self._subtract(self._waiting, network)
            raise TooManyWaiting
        try:
            yield
        finally:
            self._subtract(self._waiting, network)

    def _add(self, counts: Counter[str], network: str, limit: int | None) -> bool:
        with self._lock:
            if limit is not None and counts[network] >= limit:
                return False
            counts[network] += 1
            return True

    def _subtract(self, counts: Counter[str], network: str) -> None:
        with self._lock:
            counts[network] -= 1
            if not counts[network]:
                del counts[network]


class ImpatientSocket(socket.socket):
    """A client's socket whose ``recv`` and ``sendall`` do not wait for ever.

    A request has ``seconds`` and the time that its bytes need at LEAST_BYTES_PER_SECOND; then ``recv`` raises TooSlow
    once, and ConnectionResetError from then on. ``sendall`` raises ConnectionResetError when the client takes nothing
    for ``seconds``; how long the whole takes does not matter, for live streams last an hour. Both raise TooManyWaiting
    and the same where the gate is full.
    """

    def __init__(
        self,
        connected: socket.socket,
        network: str,
        gate: Gate,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(connected.family, connected.type, connected.proto, fileno=connected.detach())
        self.network, self._gate, self._seconds, self._clock = network, gate, seconds, clock
        self._left = False
        self.begin()

    def begin(self) -> None:
        """The next request starts now."""
        self.head = b""
        self._began = self._clock()
        self._received = 0
        self._given_up = False

    def recv(self, size: int, flags: int = 0) -> bytes:
        if self._given_up:
            raise _reset()
        # first without waiting: who has sent already is not counted among those who are waited for
        data = self._recv_now(size, flags)
        if data is None:
            self._wait_to_read()
            data = super().recv(size, flags)
        self._received += len(data)
        if len(self.head) < HEAD_KEPT:
            self.head += data[: HEAD_KEPT - len(self.head)]
        return data

    def sendall(self, data: bytes, flags: int = 0) -> None:  # type: ignore[override]  # gunicorn sends bytes only
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[super().send(rest, flags | socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                self._wait_to_write()

    def close(self) -> None:
        super().close()
        if not self._left:
            self._left = True
            self._gate.leave(self.network)

    def _recv_now(self, size: int, flags: int) -> bytes | None:
        try:
            return super().recv(size, flags | socket.MSG_DONTWAIT)
        except BlockingIOError:
            if self.gettimeout() == 0:
                raise
            return None

    def _wait_to_read(self) -> None:
        now = self._clock()
        left = self._began + self._seconds + self._received / LEAST_BYTES_PER_SECOND - now
        timeout = self.gettimeout()
        try:
            with self._gate.waiting(self.network):
                if not self._ready(select.POLLIN, min(left, self._seconds, left if timeout is None else timeout)):
                    raise TooSlow
        except (TooSlow, TooManyWaiting):
            self._given_up = True
            raise

    def _wait_to_write(self) -> None:
        try:
            with self._gate.waiting(self.network):
                if self._ready(select.POLLOUT, self._seconds):
                    return
        except TooManyWaiting:
            pass
        self._given_up = True
        raise _reset()

    def _ready(self, event: int, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self, event)
        return bool(poll.poll(max(0.0, seconds) * 1000))


def _reset() -> ConnectionResetError:
    """What gunicorn passes over without a word."""
    return ConnectionResetError(errno.ECONNRESET, "given up")
