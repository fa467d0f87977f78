"""Jobs for workers that go wrong in every way."""

from __future__ import annotations

import os
import resource
import time


def handle(job: bytes) -> bytes:
    match job:
        case b"who":
            return str(os.getpid()).encode()
        case b"seconds":
            used = resource.getrusage(resource.RUSAGE_SELF)
            return str(resource.getrlimit(resource.RLIMIT_CPU)[0] - used.ru_utime - used.ru_stime).encode()
        case b"environment":
            return " ".join(os.environ).encode()
        case b"spin":
            while True:
                pass
        case b"sleep":
            time.sleep(3600)
        case b"eat":
            return bytes(10**10)
        case b"die":
            os._exit(3)
        case b"write":
            with open("/tmp/zongji-must-not-be-written", "wb") as file:
                file.write(b"x")
        case b"err":
            raise ValueError("a fault of ours")
    if job.startswith(b"write "):
        _, count, path = job.decode().split()
        with open(path, "wb", buffering=0) as file:
            for _ in range(int(count)):
                file.write(b"x")
    return job[::-1]
