#!/usr/bin/env python3
"""Receive the RTP of many calls and tell the pace of some of them.

    rtp_sink.py --base 42000 --count 500 [--step 4] [--sample 20] [--ip 127.0.0.1]

Binds base+step*n (and the port above, for RTCP) for n = 1 .. count-1.  A sample
of the ports, evenly spread, is read with the kernel's arrival times; the others
are never read and have the smallest receive buffer, so that the kernel drops what
arrives there and the receiver costs next to nothing.  (Not a socket filter each:
closing a thousand filtered sockets at once can lock up a kernel's workers.)
Each line "T0 T1 [T0 T1 ...]" (seconds since the epoch) on standard input is
answered by one line of JSON about the packets that came in those windows; end of
file ends it.
"""
import argparse
import itertools
import json
import select
import socket
import struct
import sys

SO_TIMESTAMPNS = 35


def bound(ip, port, unread=True):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if unread:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 0)
    s.bind((ip, port))
    return s


def quantile(values, q):
    return values[min(len(values) - 1, int(q * len(values)))] if values else None


def report(arrivals, windows):
    calls, gaps, lost, strays = [], [], 0, 0
    length = sum(t1 - t0 for t0, t1 in windows)
    for got in arrivals.values():
        seen = 0
        for t0, t1 in windows:
            rows = [r for r in got if t0 <= r[0] < t1]
            seen += len(rows)
            for a, b in itertools.pairwise(rows):
                gaps.append((b[0] - a[0]) * 1000)
                step = (b[1] - a[1]) & 0xFFFF
                if step > 1:
                    if step < 1000:
                        lost += step - 1
                    else:
                        strays += 1
        if seen:
            calls.append(seen / length)
    gaps.sort()
    off = sorted(abs(g - 20) for g in gaps)
    calls.sort()
    return {
        "calls": len(calls),
        "pps_min": round(calls[0], 2) if calls else None,
        "pps_p50": round(quantile(calls, 0.5), 2) if calls else None,
        "pps_max": round(calls[-1], 2) if calls else None,
        "gap_p50": quantile(gaps, 0.5),
        "gap_p99": quantile(gaps, 0.99),
        "gap_max": gaps[-1] if gaps else None,
        "jit_p50": quantile(off, 0.5),
        "jit_p99": quantile(off, 0.99),
        "jit_p999": quantile(off, 0.999),
        "jit_max": off[-1] if off else None,
        "lost": lost,
        "strays": strays,
    }


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--ip", default="127.0.0.1")
    p.add_argument("--base", type=int, default=42000)
    p.add_argument("--count", type=int, required=True)
    p.add_argument("--step", type=int, default=4)
    p.add_argument("--sample", type=int, default=20)
    a = p.parse_args()
    picked = {1 + i * max(1, (a.count - 1) // a.sample) for i in range(a.sample)}
    keep, arrivals = [], {}
    poll = select.epoll()
    poll.register(0, select.EPOLLIN)
    for n in range(1, a.count):
        s = bound(a.ip, a.base + a.step * n, n not in picked)
        keep.append(bound(a.ip, a.base + a.step * n + 1))
        if n in picked:
            s.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            s.setblocking(False)
            poll.register(s.fileno(), select.EPOLLIN)
            arrivals[s] = []
        else:
            keep.append(s)
    by_fd = {s.fileno(): (s, got) for s, got in arrivals.items()}
    print(json.dumps({"ready": len(picked)}), flush=True)
    while True:
        for fd, _ in poll.poll():
            if fd == 0:
                line = sys.stdin.readline()
                if not line:
                    return
                t = list(map(float, line.split()))
                print(json.dumps(report(arrivals, list(zip(t[::2], t[1::2], strict=False)))), flush=True)
                continue
            s, got = by_fd[fd]
            while True:
                try:
                    data, anc, _, _ = s.recvmsg(64, 64)
                except BlockingIOError:
                    break
                if len(data) < 12 or not anc:
                    continue
                sec, nsec = struct.unpack("qq", anc[0][2][:16])
                got.append((sec + nsec / 1e9, data[2] << 8 | data[3]))


main()
