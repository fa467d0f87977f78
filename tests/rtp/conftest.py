"""A running engine and peers on loopback sockets. Waits end by what happens; their limits are generous."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from interpreter.rtp import tones
from interpreter.rtp._engine import Engine
from interpreter.rtp.events import Event
from interpreter.rtp.ports import PortPool
from support.patience import PATIENCE_SECONDS
from support.ports import HOST, free_range
from support.priority import hurried
from support.rtp_reference import Packet, parse


@cache
def _range(size: int) -> tuple[int, int]:
    return free_range(size)


def port_pool(size: int, **settings: float) -> PortPool:
    """Ports for an engine: ``size`` numbers, the same for all engines of that size in a run."""
    first, last = _range(size)
    return PortPool(HOST, first, last - 1, **settings)


class Peer:
    """A far end: one UDP socket."""

    def __init__(self, engine: Engine, host: str) -> None:
        self._engine = engine
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 0))
        self._socket.settimeout(PATIENCE_SECONDS)
        self.address: tuple[str, int] = self._socket.getsockname()

    def send(self, leg: int, packet: Packet | bytes) -> None:
        data = packet if isinstance(packet, bytes) else packet.to_bytes()
        self._socket.sendto(data, (HOST, self._engine.local_port(leg)))

    def report(self, leg: int, data: bytes) -> None:
        """Send RTCP, to the port above."""
        self._socket.sendto(data, (HOST, self._engine.local_port(leg) + 1))

    def receive(self) -> Packet:
        packet = parse(self._socket.recv(2048))
        assert packet is not None, "the engine sent something that is no RTP"
        return packet

    def collect(self, count: int) -> list[Packet]:
        return [self.receive() for _ in range(count)]

    def waiting(self) -> list[Packet]:
        """What has come already."""
        packets = []
        while select.select([self._socket], [], [], 0)[0]:
            packets.append(self.receive())
        return packets

    def close(self) -> None:
        self._socket.close()


class Bench:
    """The engine under test with its helpers."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.peers: list[Peer] = []

    def peer(self, host: str = HOST) -> Peer:
        self.peers.append(Peer(self.engine, host))
        return self.peers[-1]

    def leg(self, peer: Peer, codec: str = "PCMU", **more: object) -> int:
        leg = self.engine.open_leg()
        settings = {"telephone_event": 101, "idle_silence": False, **more}
        self.engine.set_media(leg, *peer.address, codec=codec, **settings)  # type: ignore[arg-type]  # of any type
        return leg

    def load(self, pcmu: bytes) -> int:
        """An audio whose PCMA bytes are the PCMU ones inverted, so that it is seen which are sent."""
        return self.engine.load(pcmu, bytes(b ^ 0x80 for b in pcmu))

    def events(self, enough: Callable[[list[Event]], bool]) -> list[Event]:
        """Collect events until there are enough."""
        events: list[Event] = []
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not enough(events):
            left = deadline - time.monotonic()
            assert left > 0, f"events so far: {events}"
            select.select([self.engine], [], [], left)
            events += self.engine.drain()
        return events

    def next(self, *kinds: type) -> Event:
        """The next event of one of these kinds; others are passed over."""
        return next(e for e in self.events(lambda es: any(isinstance(e, kinds) for e in es)) if isinstance(e, kinds))

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, "it never came to that"
            time.sleep(0.005)

    def obeyed(self, slots: int = 8) -> None:
        """Wait until the engine has carried out the commands given so far: it wakes up at least each fourth slot."""
        begin = self.engine.stats()["slots"]
        self.until(lambda: self.engine.stats()["slots"] >= begin + slots)

    def taken(self, leg: int, count: int) -> None:
        """Wait until the engine has read so many packets, good or bad."""

        def total() -> int:
            stats = self.engine.leg_stats(leg)
            return stats["packets_in"] + stats["bad"] + stats["strangers"]

        self.until(lambda: total() >= count)


@pytest.fixture
def bench() -> Iterator[Bench]:
    yield from benches(max_legs=80)


def benches(max_legs: int) -> Iterator[Bench]:
    """The body of the fixture ``bench``. Its telephones are this thread, which a busy machine must not make late."""
    pool = port_pool(2 * max_legs + 40, quarantine_s=0.0)
    with Engine(pool, max_legs=max_legs, recording_interval=0.05) as engine, hurried():
        bench = Bench(engine)
        yield bench
        for peer in bench.peers:
            peer.close()


@pytest.fixture
def engine(bench: Bench) -> Engine:
    return bench.engine


@pytest.fixture
def voice() -> bytes:
    """One second whose every byte differs from its neighbours, in PCMU, none of them silence."""
    return bytes((7 * i) % 251 for i in range(8000))


@pytest.fixture
def loud() -> bytes:
    """A packet of 20 ms that any silence detector hears, in PCMU."""
    return tones.encode([9000, -9000] * 80).pcmu
