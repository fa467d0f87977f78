"""Ports on loopback for tests that may run beside other runs, from locked blocks.

All are below 32768, from where on Linux gives them to anybody: a port that was free a moment ago would be some
connection's. Whoever takes from a block holds a lock on its file until the process ends: another run, also of another
checkout, takes other blocks.
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
BLOCK = 100
RTP_BLOCKS = range(10_000, 25_000, BLOCK)
LARGE_RTP_BLOCKS = range(25_000, 32_700, BLOCK)
"""For ranges of more than ``LARGE`` ports: among many small ones no place would be left for them."""
LARGE = 1_000
SERVER_RANGES = 3
BLOCKS = range(4_000, 10_000, BLOCK)
"""For SIP, web and control ports."""

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
    first, last = _take(BLOCKS, 2 * BLOCK)
    return deque(range(first, last + 1))


def free_range(size: int) -> tuple[int, int]:
    """First and last port of a range for RTP that is this process's alone until it ends. The first is even."""
    return _take(LARGE_RTP_BLOCKS if size > LARGE else RTP_BLOCKS, size)


def server_range() -> tuple[int, int]:
    """A range for one more whole server: the longest unused of this process's few, for servers come one after the other
    and each has many ports to spare. Audio that still flies to the one before finds nobody.
    """
    return next(_server_ranges())


@cache
def _server_ranges() -> Iterator[tuple[int, int]]:
    return itertools.cycle([free_range(4 * BLOCK) for _ in range(SERVER_RANGES)])


def _take(blocks: range, size: int) -> tuple[int, int]:
    width = -(-size // BLOCK)
    starts = list(blocks[: len(blocks) - width + 1])
    random.shuffle(starts)  # not what the run before this one has just given back
    for first in starts:
        locks = _lock_all(range(first, first + width * BLOCK, BLOCK))
        if locks is not None:
            if all(map(_is_free, range(first, first + size))):
                _locks.extend(locks)
                return first, first + size - 1
            _close(locks)
    raise RuntimeError(f"no free range of {size} ports in {blocks}")


def rtp_pair() -> int:
    """The even port of an RTP pair (RFC 3550 section 11) that is free now; the longest unused one."""
    return next(port for port in _pairs() if _is_free(port) and _is_free(port + 1))


@cache
def _pairs() -> Iterator[int]:
    first, last = free_range(4 * BLOCK)
    return itertools.cycle(range(first, last, 2))


def _lock_all(blocks: range) -> list[IO[bytes]] | None:
    locks: list[IO[bytes]] = []
    for block in blocks:
        if (lock := _lock(block)) is None:
            _close(locks)
            return None
        locks.append(lock)
    return locks


def _lock(block: int) -> IO[bytes] | None:
    LOCKS.mkdir(exist_ok=True)
    lock = (LOCKS / str(block)).open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _close(locks: list[IO[bytes]]) -> None:
    for lock in locks:
        lock.close()
