"""A machine that stands still: the engine skips, it does not make up for it."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from support.patience import PATIENCE_SECONDS
from support.ports import free_range
from support.rtp_reference import later, parse

pytestmark = pytest.mark.e2e

PLAYER = """
import sys
from interpreter.rtp._engine import Engine
from interpreter.rtp.ports import PortPool
with Engine(PortPool("127.0.0.1", int(sys.argv[2]), int(sys.argv[2]) + 98), max_legs=1) as engine:
    leg = engine.open_leg()
    engine.set_media(leg, "127.0.0.1", int(sys.argv[1]), codec="PCMU")
    engine.play(leg, [engine.load(bytes(range(200)), bytes(200))], loop=True)
    sys.stdin.read()
"""
STOPPED_S = 0.5


def test_after_a_stall_timestamps_have_advanced_and_nothing_comes_in_a_burst():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        sink.bind(("127.0.0.1", 0))
        sink.settimeout(PATIENCE_SECONDS)
        root = Path(__file__).parents[2]
        command = [sys.executable, "-c", PLAYER, str(sink.getsockname()[1]), str(free_range(100)[0])]
        with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=root) as player:
            try:
                packets = [parse(sink.recv(2048)) for _ in range(5)]
                os.kill(player.pid, signal.SIGSTOP)
                while select.select([sink], [], [], STOPPED_S)[0]:
                    packets.append(parse(sink.recv(2048)))
                os.kill(player.pid, signal.SIGCONT)
                packets += [parse(sink.recv(2048)) for _ in range(20)]
            finally:
                player.kill()
    assert all(later(b.seq, a.seq, 16) == 1 for a, b in pairwise(packets))
    assert b"".join(p.payload for p in packets) == (bytes(range(200)) * len(packets))[: 160 * len(packets)]
    gaps = sorted(later(b.timestamp, a.timestamp, 32) for a, b in pairwise(packets))
    assert gaps[-1] >= (STOPPED_S - 0.1) * 8000
    assert set(gaps[:-1]) == {160}
