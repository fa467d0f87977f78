"""What the media engine costs: CPU per call-second and the pace of its packets, over loopback.

    python -m bench.bench_media play:1000 play:1000:50 play:1000:50:json relay:500 relay:200:record
    python -m bench.bench_media conference:32 conference:32:record queue:500 queue:500:50

CASE is ``play:LEGS[:PPS][:json]`` (LEGS hear a looped prompt; each sends PPS packets a second, default 0),
``relay:CALLS[:record][:json]`` (two legs a call, 50 packets a second each way), ``conference:MEMBERS[:record][:json]``
(all in one mix, all speaking: the worst that mixing can be; a call is a member) or ``queue:CALLERS[:PPS][:json]`` (one
mix, whose members listen to one music). ``json``: another thread of the server's process encodes JSON meanwhile, so
that the GIL is never free. Each case prints one line of JSON:
``us_per_call_second`` is run time of the engine thread from schedstat (``process_us_...``: of all threads),
``jitter_ms`` how far gaps between arriving packets are from 20 ms (kernel receive timestamps on some legs),
``latency_ms`` from a peer's send to the other's receive. The server's threads run on core 0, the peers on core 1.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import select
import socket
import struct
import tempfile
import threading
import time
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from interpreter.rtp import tones
from interpreter.rtp._engine import Engine
from interpreter.rtp.events import AudioId
from interpreter.rtp.ports import PortPool

SO_TIMESTAMPNS = 35
SAMPLED = 40
PACKET_S = 0.02
WARM_UP_S = 2.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="+", metavar="CASE")
    parser.add_argument("--seconds", type=float, default=5.0, help="measured after 2 s of warming up")
    parser.add_argument("--ports", default="22000-23998", help="the engine's RTP ports")
    parser.add_argument("--fifo", type=int, default=10, help="SCHED_FIFO priority of engine and peers; 0: none")
    options = parser.parse_args()
    for case in options.cases:
        print(json.dumps(measure(case, options)), flush=True)


def measure(case: str, options: argparse.Namespace) -> dict[str, Any]:
    kind, count, *more = case.split(":")
    pps = 50 if kind in ("relay", "conference") else int(next((word for word in more if word.isdigit()), 0))
    legs = int(count) * (2 if kind == "relay" else 1)
    ours, theirs = multiprocessing.Pipe()
    peers = multiprocessing.get_context("spawn").Process(target=run_peers, args=(theirs, legs, pps, options.fifo))
    peers.start()
    addresses = ours.recv()
    os.sched_setaffinity(0, {0})
    first, last = map(int, options.ports.split("-"))
    with Engine(PortPool("127.0.0.1", first, last), max_legs=legs, realtime_priority=options.fifo) as engine:
        memory = resident_bytes()
        set_up(engine, addresses)
        BEGINNINGS[kind](engine, Path(tempfile.mkdtemp()) if "record" in more else None)
        memory = resident_bytes() - memory
        ours.send(list(PORTS))
        with json_load() if "json" in more else contextlib.nullcontext():
            time.sleep(WARM_UP_S)
            window = time.time_ns(), cpu_ns(engine.thread_id), process_cpu_ns(), packets_out(engine)
            time.sleep(options.seconds)
            ended = time.time_ns(), cpu_ns(engine.thread_id), process_cpu_ns(), packets_out(engine)
            stats = engine.stats()
        ours.send((window[0], ended[0]))
        report = ours.recv()
    peers.join()
    seconds = (ended[0] - window[0]) / 1e9
    unit = int(count) * seconds * 1000
    return {
        "case": case,
        "scheduling": SCHEDULING[0],
        "us_per_call_second": round((ended[1] - window[1]) / unit, 1),
        "process_us_per_call_second": round((ended[2] - window[2]) / unit, 1),
        "packets_per_leg_second": round((ended[3] - window[3]) / legs / seconds, 2),
        "kB_per_leg": round(memory / legs / 1000, 1),
        "late_max_ms": round(stats["late_max"] * 1000, 2),
        "skipped_slots": stats["skipped_slots"],
        **report,
    }


PORTS: list[int] = []
LEGS: list[int] = []
SCHEDULING: list[str] = []


def set_up(engine: Engine, addresses: list[tuple[str, int]]) -> None:
    PORTS.clear()
    LEGS.clear()
    SCHEDULING[:] = [engine.scheduling]
    for address in addresses:
        leg = engine.open_leg()
        engine.set_media(leg, *address, codec="PCMU", telephone_event=101)
        LEGS.append(leg)
        PORTS.append(engine.local_port(leg))


def load_music(engine: Engine) -> AudioId:
    prompt = tones.encode(tones.tone(440, 30.0))
    return engine.load(prompt.pcmu, prompt.pcma)


def play(engine: Engine, _: Path | None) -> None:
    audio = load_music(engine)
    for leg in LEGS:
        engine.play(leg, [audio], loop=True)


def relay(engine: Engine, folder: Path | None) -> None:
    for a, b in zip(LEGS[::2], LEGS[1::2], strict=True):
        engine.bridge(a, b)
        if folder is not None:
            engine.record_call(a, b, folder / f"{a}.wav")


def conference(engine: Engine, folder: Path | None) -> None:
    mix = engine.open_mix()
    for leg in LEGS:
        engine.join(mix, leg)
    if folder is not None:
        engine.record_mix(mix, folder / "conference.wav")


def queue(engine: Engine, _: Path | None) -> None:
    mix = engine.open_mix()
    for leg in LEGS:
        engine.join(mix, leg, speaks=False)
    engine.play_to_mix(mix, [load_music(engine)], loop=True)


BEGINNINGS = {"play": play, "relay": relay, "conference": conference, "queue": queue}


def packets_out(engine: Engine) -> int:
    return sum(engine.leg_stats(leg)["packets_out"] for leg in LEGS)


def cpu_ns(thread: int) -> int:
    return int(Path(f"/proc/self/task/{thread}/schedstat").read_text().split()[0])


def process_cpu_ns() -> int:
    return sum(cpu_ns(int(task.name)) for task in Path("/proc/self/task").iterdir())


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@contextlib.contextmanager
def json_load() -> Any:
    stop = threading.Event()

    def work() -> None:
        document = {"nodes": [{"id": str(i), "config": {"keys": list(range(10))}} for i in range(50)]}
        while not stop.is_set():
            json.loads(json.dumps(document))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


# -- the peers, a process of their own on the other core -----------------------------------------------------------


def run_peers(pipe: Connection, count: int, pps: int, fifo: int) -> None:
    os.sched_setaffinity(0, {1})
    if fifo:
        with contextlib.suppress(PermissionError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(fifo))
    every = max(1, count // SAMPLED)
    sockets = [peer_socket(sampled=i % every == 0) for i in range(count)]
    pipe.send([s.getsockname() for s in sockets])
    ports = pipe.recv()
    for s, port in zip(sockets, ports, strict=True):
        s.connect(("127.0.0.1", port))
    arrivals: dict[int, list[tuple[int, int, int]]] = {}
    poll = select.epoll()
    for s in sockets[::every]:
        poll.register(s, select.EPOLLIN)
        arrivals[s.fileno()] = []
    by_fd = {s.fileno(): s for s in sockets}
    tick(pipe, sockets if pps else [], poll, by_fd, arrivals)
    window = pipe.recv()
    pipe.send(summary(arrivals, *window))


def peer_socket(*, sampled: bool) -> socket.socket:
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if sampled:
        s.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    else:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 0)  # never read: the kernel drops
    s.setblocking(False)
    s.bind(("127.0.0.1", 0))
    return s


def tick(
    pipe: Connection,
    senders: list[socket.socket],
    poll: select.epoll,
    by_fd: dict[int, socket.socket],
    arrivals: dict[int, list[tuple[int, int, int]]],
) -> None:
    """Send from every socket each 20 ms, in 20 groups; until the pipe speaks."""
    groups = [senders[i::20] for i in range(20)]
    seq, group, deadline = 0, 0, time.monotonic()
    while not pipe.poll():
        deadline += PACKET_S / 20
        packet = struct.pack("!BBHII", 0x80, 0, seq & 0xFFFF, seq * 160 & 0xFFFFFFFF, 0x1234)
        packet += b"NOW:" + struct.pack("!Q", time.time_ns()) + b"\xff" * 148
        for s in groups[group]:
            with contextlib.suppress(OSError):
                s.send(packet)
        group = (group + 1) % 20
        seq += group == 0
        read(poll, by_fd, arrivals)
        time.sleep(max(0.0, deadline - time.monotonic()))


def read(poll: select.epoll, by_fd: dict[int, socket.socket], arrivals: dict[int, list[tuple[int, int, int]]]) -> None:
    for fd, _ in poll.poll(0):
        with contextlib.suppress(OSError):
            while True:
                data, ancillary, _, _ = by_fd[fd].recvmsg(64, 64)
                if len(data) < 24 or not ancillary:
                    continue
                s, ns = struct.unpack("qq", ancillary[0][2][:16])
                sent = struct.unpack("!Q", data[16:24])[0] if data[12:16] == b"NOW:" else 0
                arrivals[fd].append((s * 1_000_000_000 + ns, data[2] << 8 | data[3], sent))


def summary(arrivals: dict[int, list[tuple[int, int, int]]], begin: int, end: int) -> dict[str, Any]:
    off, latency, lost = [], [], 0
    for rows in arrivals.values():
        rows = [row for row in rows if begin <= row[0] < end]
        off += [abs(b[0] - a[0] - 20e6) / 1e6 for a, b in pairwise(rows)]
        lost += sum((b[1] - a[1] - 1) & 0xFFFF for a, b in pairwise(rows))
        latency += [(row[0] - row[2]) / 1e6 for row in rows if row[2]]
    return {"sampled_legs": len(arrivals), "lost": lost, "jitter_ms": quantiles(off), "latency_ms": quantiles(latency)}


def quantiles(values: list[float]) -> dict[str, float] | None:
    if not values:
        return None
    p50, p99, top = np.quantile(values, [0.5, 0.99, 1.0])
    return {"p50": round(p50, 3), "p99": round(p99, 3), "max": round(top, 3)}


if __name__ == "__main__":
    main()
