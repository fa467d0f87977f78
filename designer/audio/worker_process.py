"""A process that speaks: it is started when needed, answers one job at a time, and ends when nobody needs it."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence

from designer.audio.convert import worker_env
from designer.audio.errors import SpeechFailed

Json = Mapping[str, object]


class WorkerProcess:
    """``python -m MODULE ARGUMENTS``: a line of JSON in is a job, a line of JSON out its answer.

    A worker that says nothing for ``timeout_s`` is ended; a line with ``{"alive": true}`` is a sign of life during
    a long job. idle_s: it is ended when it had nothing to do for so long, None for never. Not to be asked by two
    threads at once.
    """

    def __init__(
        self, module: str, arguments: Sequence[str] = (), *, timeout_s: float, idle_s: float | None = None
    ) -> None:
        self._command = ["-m", module, *arguments]
        self._timeout_s = timeout_s
        self._idle_s = idle_s
        self._process: subprocess.Popen[bytes] | None = None
        self._busy = threading.Lock()
        self._idle: threading.Timer | None = None
        self._asked_at = 0.0
        self._read = b""

    def ask(self, job: Json) -> dict[str, object]:
        """The worker's answer to a job. Raises SpeechFailed where there is none; the next job gets a new worker."""
        with self._busy:
            try:
                return self._ask(self._process or self._start(), job)
            except BaseException:
                self._end()
                raise
            finally:
                self._asked_at = time.monotonic()
                self._watch_idleness()

    def stop(self) -> None:
        """End the worker; the next job starts a new one."""
        with self._busy:
            self._end()

    @property
    def pid(self) -> int | None:
        """Of the worker, None while there is none."""
        process = self._process
        return process.pid if process is not None else None

    def _ask(self, process: subprocess.Popen[bytes], job: Json) -> dict[str, object]:
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(job).encode() + b"\n")
            while True:
                answer: dict[str, object] = json.loads(self._line(process))
                if "alive" not in answer:
                    return answer
        except (OSError, ValueError):  # it ended while it was written to, or without an answer
            raise SpeechFailed(("语音引擎意外退出", "the engine ended")) from None

    def _line(self, process: subprocess.Popen[bytes]) -> bytes:
        """The next line of the worker, what is left of one where it ended. Raises SpeechFailed where it is late."""
        assert process.stdout is not None
        while b"\n" not in self._read:
            ready, _, _ = select.select([process.stdout], [], [], self._timeout_s)
            if not ready:
                late = self._timeout_s
                raise SpeechFailed((f"语音引擎 {late:g} 秒内没有应答", f"no answer within {late:g} s"))
            if not (more := os.read(process.stdout.fileno(), 65536)):
                break
            self._read += more
        line, _, self._read = self._read.partition(b"\n")
        return line

    def _start(self) -> subprocess.Popen[bytes]:
        self._read = b""
        self._process = subprocess.Popen(
            [sys.executable, *self._command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=worker_env(),
            bufsize=0,  # what is read must not wait in a buffer that select does not see
        )
        return self._process

    def _end(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # it had died with our text in the pipe
                    pass
        process.wait()

    def _watch_idleness(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        if self._idle_s is None or self._process is None:
            return
        self._idle = threading.Timer(self._idle_s, self._end_if_idle, [self._asked_at])
        self._idle.daemon = True
        self._idle.start()

    def _end_if_idle(self, asked_at: float) -> None:
        with self._busy:
            if self._asked_at == asked_at:
                self._end()
