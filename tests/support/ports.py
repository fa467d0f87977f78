"""Free ports on loopback, below the ephemeral range, never handed out twice in one test run.

A second run beside the first (``ZONGJI_TESTS_BESIDE`` is set) takes its ports from elsewhere.
"""

from __future__ import annotations

import os
import random
import socket

BESIDE = "ZONGJI_TESTS_BESIDE" in os.environ
PORTS = (29000, 32000) if BESIDE else (20000, 29000)
RANGES = (17000, 19900) if BESIDE else (10000, 17000)

_given: set[int] = set()


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def free_port(low: int = PORTS[0], high: int = PORTS[1]) -> int:
    """An even port whose UDP and TCP, and those of the port above, are free now."""
    for _ in range(500):
        port = random.randrange(low, high, 2)
        if port not in _given and _is_free(port) and _is_free(port + 1):
            _given.add(port)
            return port
    raise RuntimeError(f"no free port between {low} and {high}")


def free_range(size: int, low: int = RANGES[0], high: int = RANGES[1]) -> tuple[int, int]:
    """First and last port of a range whose ends are free now."""
    for _ in range(500):
        first = random.randrange(low, high - size, 2)
        ports = range(first, first + size)
        if not _given.intersection(ports) and _is_free(first) and _is_free(first + size - 2):
            _given.update(ports)
            return first, first + size - 1
    raise RuntimeError(f"no free range of {size} ports between {low} and {high}")
