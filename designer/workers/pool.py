"""Our side of the workers: started when needed, ended when a job is over its budget, started anew for the next."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from designer.workers.turns import Turns
from designer.workers.wire import DONE, HUNGRY, LENGTH, Crashed, TooHungry, TookTooLong, frame

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Budget:
    """What one job may take. cpu_s: of processor; wall_s: in all, a slow machine included; memory_bytes: of addresses.

    file_bytes: of each file that it writes. jobs: after so many the process is given up; 1 where what strangers sent
    could turn it against the next one's. idle_s: it ends by itself when it had nothing to do for so long.
    """

    cpu_s: int
    wall_s: float
    memory_bytes: int
    file_bytes: int = 0
    jobs: int = 1000
    idle_s: int = 300


SIZE = max(2, os.cpu_count() or 1)
"""Workers of a kind at once."""

WAITING = 8
"""So many jobs of one tenant may wait for one."""


class WorkerPool:
    """A few workers that run ``module.handle``; safe to share between threads.

    size: how many. One tenant has all of them but one at most, so that another's job finds a place. patience_s: how
    long a job waits for one; waiting: how many of one tenant's may wait. places: of all tenants.
    """

    def __init__(
        self,
        module: str,
        budget: Budget,
        *,
        size: int = SIZE,
        patience_s: float = 20.0,
        waiting: int = WAITING,
        places: Turns | None = None,
    ) -> None:
        self._module, self._budget = module, budget
        self._tenants = Turns(max(1, size - 1), waiting=waiting, patience_s=patience_s)
        self._places = places or Turns(size, waiting=4 * WAITING, patience_s=patience_s)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []

    def ask(self, job: bytes, tenant: str = "", budget: Budget | None = None) -> bytes:
        """The result of a job. Raises Busy, TookTooLong, TooHungry, Crashed.

        budget: of this job, where it differs from the pool's; then it gets a process of its own.
        """
        with self._tenants.of(tenant), self._places.of(""):
            if budget is None and (worker := self._take()) is not None:
                answer = self._run(worker, job)
                if answer is not None:
                    return answer
            answer = self._run(_Worker(self._module, budget or self._budget), job)
        if answer is None:
            raise Crashed(f"{self._module} ended before it began")
        return answer

    def close(self) -> None:
        """End the idle workers; ``ask`` starts new ones."""
        while (worker := self._take()) is not None:
            worker.end()

    def _take(self) -> _Worker | None:
        """The worker that waits for work since the shortest time."""
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _run(self, worker: _Worker, job: bytes) -> bytes | None:
        """None where the worker had ended by itself before, for want of work."""
        kept = False
        try:
            answer = worker.ask(job)
            kept = answer is not None and worker.jobs_left > 0
        finally:
            if kept:
                with self._lock:
                    self._idle.append(worker)
            else:
                worker.end()
        return answer


class _Worker:
    """One process."""

    def __init__(self, module: str, budget: Budget) -> None:
        self._budget = budget
        self.jobs_left = budget.jobs
        numbers = (budget.cpu_s, budget.memory_bytes, budget.file_bytes, budget.jobs, budget.idle_s)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "designer.workers.child", module, *map(str, numbers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            bufsize=0,
        )

    def ask(self, job: bytes) -> bytes | None:
        """The result; None where the process had ended by itself. Raises TookTooLong, TooHungry, Crashed."""
        self.jobs_left -= 1
        answer = self._exchange(frame(job), time.monotonic() + self._budget.wall_s)
        if answer is None:
            code = self._process.wait()
            if code == 0:
                return None
            if code == -signal.SIGXCPU:
                raise TookTooLong
            raise Crashed(f"exit status {code}")
        if answer[:1] == DONE:
            return answer[1:]
        if answer[:1] == HUNGRY:
            raise TooHungry
        raise Crashed(answer[1:].decode(errors="replace"))

    def end(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def _exchange(self, job: bytes, until: float) -> bytes | None:
        """Send the job and read the answer; None where the process ended. Raises TookTooLong."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        os.set_blocking(stdin.fileno(), False)
        poll = select.poll()
        poll.register(stdout, select.POLLIN)
        poll.register(stdin, select.POLLOUT)
        rest, answer = memoryview(job), bytearray()
        while len(answer) < LENGTH.size or len(answer) < LENGTH.size + LENGTH.unpack_from(answer)[0]:
            left = until - time.monotonic()
            ready = poll.poll(max(0.0, left) * 1000)
            if left <= 0 or not ready:
                raise TookTooLong
            for file, event in ready:
                if file == stdin.fileno():
                    rest = self._send(rest) if event & select.POLLOUT and not event & select.POLLERR else rest[:0]
                    if not rest:
                        poll.unregister(stdin)
                elif not (part := os.read(file, 1 << 20)):
                    return None
                else:
                    answer += part
        return bytes(answer[LENGTH.size :])

    def _send(self, rest: memoryview) -> memoryview:
        """What is left to send; nothing where the process has ended, which its stdout will show."""
        assert self._process.stdin is not None
        try:
            return rest[os.write(self._process.stdin.fileno(), rest[: 1 << 16]) :]
        except BrokenPipeError:
            return rest[:0]


KEPT = ("PATH", "LANG", "HOME", "LD_LIBRARY_PATH", "ZONGJI_EXTRA")
"""What workers know of the environment; the last: node types of the installation's own."""


def environment() -> dict[str, str]:
    """Workers find this package wherever we found it, start no threads for mathematics, and get no secret of ours."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    # a file that may not be long enough is cut off: the next one would load half of a module
    quiet = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**kept, **quiet, "PYTHONPATH": path}
