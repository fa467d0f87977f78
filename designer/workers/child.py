"""A worker: ``python -m designer.workers.child MODULE CPU_S MEMORY_BYTES FILE_BYTES JOBS IDLE_S``.

Takes jobs from stdin one after the other and answers each on stdout by ``MODULE.handle``, as frames of ``wire``. Its
limits are set before the module is loaded. It ends by itself after JOBS jobs, when nothing came for IDLE_S, and with
its owner.
"""

from __future__ import annotations

import importlib
import os
import resource
import select
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from designer.workers.wire import BROKEN, DONE, HUNGRY, LENGTH, frame

Handle = Callable[[bytes], bytes]

NICENESS = 5
"""Calls on the same machine go first ..."""

FIRST_TO_GO = "1000"
"""... and where memory runs out it is a worker that ends (proc(5), oom_score_adj)."""


def main() -> None:
    module, cpu_s, memory, file_size, jobs, idle_s = sys.argv[1], *map(int, sys.argv[2:])
    stdin, answers = os.fdopen(0, "rb", buffering=0), os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # libraries may print
    limit(memory, file_size)
    handle: Handle = importlib.import_module(module).handle
    for _ in range(jobs):
        job = next_job(stdin, idle_s)
        if job is None:
            return
        allow_cpu(cpu_s)
        answer = answer_to(handle, job)
        write(answers, frame(answer))
        if answer[:1] != DONE:
            return  # who knows what state it left


def limit(memory: int, file_size: int) -> None:
    """No more memory than allowed, no larger files (pipes do not count as files), and after calls."""
    with suppress(OSError):  # not Linux, or not allowed
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICENESS)


def allow_cpu(seconds: int) -> None:
    """So much from now on; the kernel ends whoever uses more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))


def next_job(stdin: BinaryIO, idle_s: int) -> bytes | None:
    """None where the owner has gone or has had nothing to do for long."""
    ready, _, _ = select.select([stdin], [], [], idle_s)
    length = read(stdin, LENGTH.size) if ready else b""
    return read(stdin, LENGTH.unpack(length)[0]) if length else None


def read(stdin: BinaryIO, count: int) -> bytes:
    """Exactly so many bytes; none where the owner has gone."""
    parts = bytearray()
    while len(parts) < count:
        part = stdin.read(min(count - len(parts), 1 << 20))
        if not part:
            return b""
        parts += part
    return bytes(parts)


def write(answers: BinaryIO, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[answers.write(rest) :]


def answer_to(handle: Handle, job: bytes) -> bytes:
    try:
        return DONE + handle(job)
    except MemoryError:
        return HUNGRY
    except Exception:
        return BROKEN + traceback.format_exc().encode()


if __name__ == "__main__":
    main()
