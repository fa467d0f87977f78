"""RTP port pairs: an even port for RTP and the odd one above for RTCP (RFC 3550 section 11)."""

from __future__ import annotations

import errno
import resource
import socket
import time
from array import array
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from interpreter.rtp.errors import NoPortFree

FIRST_PORT = 16000
LAST_PORT = 31998
"""Below 32768, where Linux begins to take ephemeral ports for others."""

QUARANTINE_S = 2.0
"""A closed port rests so long: late packets of the old call must not reach a new one."""

RTP_RECEIVE_BUFFER = 8192
"""SO_RCVBUF; the kernel doubles it. About 20 packets of 20 ms: stale audio cannot pile up."""

DSCP_EF = 0xB8
"""TOS byte of expedited forwarding (RFC 3246), what networks expect of voice."""


MAX_REPORTS = 64
"""So many packets of an RTCP port are looked at, at once."""

SPARE_DESCRIPTORS = 512
"""For all that is no leg: SIP, files, databases."""


@dataclass(frozen=True, slots=True)
class PortPair:
    """Two bound, non-blocking UDP sockets; ``port`` is the even RTP port."""

    port: int
    rtp: socket.socket
    rtcp: socket.socket

    def report_hosts(self) -> set[str]:
        """Hosts from which RTCP packets (RFC 3550 section 6.4) have come since the last call; never blocks."""
        hosts: set[str] = set()
        for _ in range(MAX_REPORTS):
            try:
                data, source = self.rtcp.recvfrom(64)
            except BlockingIOError:
                break
            except OSError:  # an ICMP error of what nobody sent
                continue
            if len(data) >= 8 and data[0] >> 6 == 2 and 200 <= data[1] <= 207:
                hosts.add(source[0])
        return hosts

    def close(self) -> None:
        self.rtp.close()
        self.rtcp.close()


class PortPool:
    """Hands out port pairs, least recently used first, so that a port rests as long as the range allows.

    host: the local IPv4 address to bind; first, last: the even ports of the range, both included.
    clock: monotonic seconds, for the quarantine.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        first: int = FIRST_PORT,
        last: int = LAST_PORT,
        *,
        quarantine_s: float = QUARANTINE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises ValueError for an odd, empty or impossible range."""
        if first % 2 or last % 2 or not 1024 <= first <= last <= 65534:
            raise ValueError(f"RTP ports {first}-{last}: want even numbers, 1024 <= first <= last <= 65534")
        self.host = host
        self._quarantine_s = quarantine_s
        self._clock = clock
        self._first = first
        self._free: deque[int] = deque(range(first, last + 1, 2))
        self._resting: deque[int] = deque()
        self._rested_at = array("d", bytes(8 * len(self._free)))  # by pair: objects made late would hold old memory

    def acquire(self) -> PortPair:
        """Bind the next pair. A port that others hold is put to the end of the line, not an error.

        Raises NoPortFree when the range is used up, OSError for any other failure (EMFILE, a foreign address).
        """
        for _ in range(self.available()):
            port = self._free.popleft()
            try:
                return _bind_pair(self.host, port)
            except OSError as error:
                self._free.append(port)
                if error.errno != errno.EADDRINUSE:
                    raise
        raise NoPortFree(f"no RTP port pair free on {self.host}")

    def release(self, port: int) -> None:
        """Take a pair's even port back once its sockets are (being) closed."""
        self._rested_at[self._pair(port)] = self._clock() + self._quarantine_s
        self._resting.append(port)

    def available(self) -> int:
        """Pairs that ``acquire`` could try now."""
        self._wake()
        return len(self._free)

    def _wake(self) -> None:
        now = self._clock()
        while self._resting and self._rested_at[self._pair(self._resting[0])] <= now:
            self._free.append(self._resting.popleft())

    def _pair(self, port: int) -> int:
        return (port - self._first) // 2


def _bind_pair(host: str, port: int) -> PortPair:
    rtp = _bind(host, port, RTP_RECEIVE_BUFFER)
    try:
        return PortPair(port, rtp, _bind(host, port + 1, 0))
    except OSError:
        rtp.close()
        raise


def _bind(host: str, port: int, receive_buffer: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, DSCP_EF)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


def make_room_for(legs: int) -> None:
    """Raise the soft limit of descriptors, two a leg, if it may: the usual 1024 holds no more than 500 legs."""
    wanted = 2 * legs + SPARE_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
