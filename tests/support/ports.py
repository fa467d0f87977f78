"""Ports on loopback for tests that may run beside other runs: SIP and web from the system, RTP from locked blocks.

RTP needs numbers below 32768, where Linux begins to give them to anybody. They come in blocks, and whoever takes from a
block holds a lock on its file until the process ends: another run, also of another checkout, takes other blocks.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import random
import socket
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO

HOST = "127.0.0.1"
BLOCK = 100
BLOCKS = range(10_000, 32_700, BLOCK)
LOCKS = Path(tempfile.gettempdir()) / f"zongji-test-ports-{os.getuid()}"

_locks: list[IO[bytes]] = []  # held until the process ends
_given: set[int] = set()


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                return False
    return True


def free_port() -> int:
    """A port whose UDP and TCP are free now, above the range of RTP; never the same twice in a run."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((HOST, 0))
            port: int = probe.getsockname()[1]
        if port not in _given and _is_free(port):
            _given.add(port)
            return port


def free_range(size: int) -> tuple[int, int]:
    """First and last port of a range that is this process's alone until it ends. The first is even."""
    width = -(-size // BLOCK)
    starts = list(BLOCKS[: len(BLOCKS) - width + 1])
    random.shuffle(starts)  # not what the run before this one has just given back
    for first in starts:
        blocks = range(first, first + width * BLOCK, BLOCK)
        if (locks := _lock_all(blocks)) is not None:
            if all(map(_is_free, range(first, first + size))):
                _locks.extend(locks)
                return first, first + size - 1
            _close(locks)
    raise RuntimeError(f"no free range of {size} ports in {BLOCKS}")


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
