"""Ports on loopback for tests that may run beside other runs, from locked blocks.

All are below 32768, from where on Linux gives them to anybody: a port that was free a moment ago would be some
connection's. Whoever takes a place holds a lock on its file until the process ends: another run, also of another
checkout, takes other places. Those of one size stand side by side, so that no small one takes the room of a large one.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import random
import socket
import tempfile
from collections import deque
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO

HOST = "127.0.0.1"
PLACES = range(4_000, 10_000, 200)
"""For SIP, web and control ports."""

RTP_PLACES = (
    range(10_000, 14_400, 200),
    range(14_400, 22_000, 400),
    range(22_000, 27_400, 600),
    range(27_400, 31_900, 1_500),
)

SERVER_PORTS = 400
SERVER_RANGES = 2

LOCKS = Path(tempfile.gettempdir()) / f"zongji-test-ports-{os.getuid()}"

_locks: list[IO[bytes]] = []  # held until the process ends


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                return False
    return True


def free_port() -> int:
    """A port whose UDP and TCP are free now; the longest unused one of this process's own."""
    return free_ports(1)


def free_ports(count: int) -> int:
    """The first of so many free ones in a row."""
    waiting = _ports()
    while True:
        ports = list(itertools.islice(waiting, count))
        waiting.rotate(-count)
        if ports[-1] - ports[0] == count - 1 and all(map(_is_free, ports)):
            return ports[0]


@cache
def _ports() -> deque[int]:
    first, last = _take(PLACES, PLACES.step)
    return deque(range(first, last + 1))


def free_range(size: int) -> tuple[int, int]:
    """First and last port of a range for RTP that is this process's alone until it ends. The first is even."""
    return _take(next(places for places in RTP_PLACES if places.step >= size), size)


def server_range() -> tuple[int, int]:
    """A range for one more whole server: the longest unused of this process's few, for servers come one after the other
    and each has many ports to spare. Audio that still flies to the one before finds nobody.
    """
    return next(_server_ranges())


@cache
def _server_ranges() -> Iterator[tuple[int, int]]:
    return itertools.cycle(free_range(SERVER_PORTS) for _ in range(SERVER_RANGES))


def _take(places: range, size: int) -> tuple[int, int]:
    # not what the run before this one has just given back
    for first in random.sample(places, len(places)):
        lock = _lock(first)
        if lock is not None:
            if all(map(_is_free, range(first, first + size))):
                _locks.append(lock)
                return first, first + size - 1
            lock.close()
    raise RuntimeError(f"no free range of {size} ports in {places}")


def rtp_pair() -> int:
    """The even port of an RTP pair (RFC 3550 section 11) that is free now; the longest unused one."""
    return next(port for port in _pairs() if _is_free(port) and _is_free(port + 1))


@cache
def _pairs() -> Iterator[int]:
    first, last = free_range(200)
    return itertools.cycle(range(first, last, 2))


def _lock(first: int) -> IO[bytes] | None:
    LOCKS.mkdir(exist_ok=True)
    lock = (LOCKS / str(first)).open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock
