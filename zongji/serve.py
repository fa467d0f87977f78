"""``zongji serve``: starts the web and the runtime as two processes, restarts one that dies or is not well.

The children are the same program (`zongji child web`, `zongji child runtime`); they get their settings as ZONGJI_*
variables, write to ``DATA/log/*.log`` and end with the supervisor whatever ends it.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from interpreter.runtime.memory import ENVIRONMENT as RUNTIME_ENVIRONMENT
from zongji.health import (
    INSTANCE,
    PAGE_PATIENCE,
    READY_PATIENCE,
    RUNTIME_PATIENCE,
    SILENT,
    Complaint,
    Watch,
    page_complaint,
    runtime_complaint,
)
from zongji.log_file import LogFile
from zongji.orphans import SUPERVISOR
from zongji.settings import Settings
from zongji.words import say, why

UNUSABLE = frozenset({*range(2, 10), os.EX_CONFIG})
"""Exit statuses by which a child says what must be mended first: starting it again would not help."""

READY_SECONDS = 60.0
STOP_SECONDS = 10.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 4.0
"""Calls are worth more than the work that a process costs which dies again and again."""

LOG_SECONDS = 5.0
"""How often the logs are looked at for their size."""

STEADY_SECONDS = 60.0
"""A child that lived this long is restarted after the first pause again."""


@dataclass(slots=True)
class Child:
    """One supervised process and what is remembered of its past lives.

    watch: makes the watch of one life, None where nobody can ask how it is. stacks: the signal at which it writes into
    its log what each of its threads is doing.
    """

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    ready: Callable[[], bool]
    log: LogFile
    watch: Callable[[], Watch] | None = None
    stacks: signal.Signals | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    was_ready: bool = False
    ever_ready: bool = False
    restart_at: float | None = None
    kill_at: float | None = None
    watching: Watch | None = None

    def start(self) -> None:
        with self.log.open() as output:
            self.process = subprocess.Popen(
                list(self.command), env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )
        self.started_at, self.was_ready, self.restart_at, self.kill_at = time.monotonic(), False, None, None

    def became_ready(self) -> None:
        self.was_ready = self.ever_ready = True
        if self.watch is not None:
            self.watching = self.watch()
            self.watching.start()

    def unwatch(self) -> None:
        if self.watching is not None:
            self.watching.stop()
            self.watching = None

    def signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def kill(self) -> None:
        """End it and the processes that it started, at once; its session is its own."""
        if self.process is not None and self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """Runs children until told to stop; ``run`` returns the exit status for the shell."""

    def __init__(self, children: Sequence[Child], locale: str, tell: Callable[[str], None]) -> None:
        self.children = children
        self.locale, self.tell = locale, tell
        self._stop = threading.Event()
        self._status = 0

    def stop(self, *_: object) -> None:
        self._stop.set()

    def run(self, on_ready: Callable[[], object]) -> int:
        for child in self.children:
            self._start(child)
        announced, slow_told = False, False
        begun = time.monotonic()
        next_turn = begun
        while not self._stop.wait(0.1):
            for child in self.children:
                self._look_after(child)
            if time.monotonic() >= next_turn:
                next_turn = time.monotonic() + LOG_SECONDS
                for child in self.children:
                    child.log.turn_over()
            if not announced and all(child.was_ready for child in self.children):
                announced = True
                on_ready()
            if not announced and not slow_told and time.monotonic() - begun > READY_SECONDS:
                slow_told = True
                self._tell_slow()
        self._end_all()
        return self._status

    def _start(self, child: Child) -> None:
        """Start it; where the system refuses (no process, no descriptor, no log), the other one goes on."""
        try:
            child.start()
        except OSError as error:
            reason = why(error, self.locale)
            self._say("serve.no_start", what=self._what(child), why=reason, seconds=child.pause)
            self._start_later(child)

    def _start_later(self, child: Child) -> None:
        child.restart_at = time.monotonic() + child.pause
        child.pause = min(child.pause * 2, LONGEST_PAUSE_SECONDS)

    def _tell_slow(self) -> None:
        for child in self.children:
            if not child.was_ready:
                self._say("serve.slow", what=self._what(child), seconds=READY_SECONDS, log=child.log)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.restart_at is not None:
            if now >= child.restart_at:
                self._start(child)
            return
        assert child.process is not None
        status = child.process.poll()
        if status is None:
            self._look_at_living(child, now)
            return
        child.unwatch()
        if status in UNUSABLE and not child.ever_ready:
            self.tell(child.log.tail(3))
            self._say("serve.gave_up", what=self._what(child), status=status)
            self._status = status
            self._stop.set()
            return
        child.pause = FIRST_PAUSE_SECONDS if now - child.started_at > STEADY_SECONDS else child.pause
        self._say("serve.died", what=self._what(child), status=status, seconds=child.pause, log=child.log)
        self._start_later(child)

    def _look_at_living(self, child: Child, now: float) -> None:
        if child.kill_at is not None:
            if now >= child.kill_at:
                child.kill()
        elif not child.was_ready:
            if child.ready():
                child.became_ready()
        elif child.watching is not None and child.watching.verdict is not None:
            self._end_unwell(child, child.watching.verdict, now)

    def _end_unwell(self, child: Child, complaint: str, now: float) -> None:
        """Ask it to end, and see to it that it does; what then happens is what happens whenever one ends."""
        child.unwatch()
        self._say("serve.unwell", what=self._what(child), why=say(complaint, self.locale), log=child.log)
        if complaint == SILENT and child.stacks is not None:
            child.signal(child.stacks)
        child.signal(signal.SIGTERM)
        child.kill_at = now + STOP_SECONDS

    def _end_all(self) -> None:
        self._say("serve.stopping")
        for child in self.children:
            child.unwatch()
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.process.wait()
        self._say("serve.stopped")

    def _what(self, child: Child) -> str:
        return say(child.name, self.locale)

    def _say(self, code: str, **places: object) -> None:
        self.tell(say(code, self.locale, **places))


def make_children(settings: Settings) -> list[Child]:
    """The web and the runtime as ``serve`` starts them."""
    instance = secrets.token_hex(8)
    environment = dict(os.environ) | settings.environment() | {
        "PYTHONUNBUFFERED": "1", INSTANCE: instance, SUPERVISOR: str(os.getpid()),
    }  # fmt: skip

    def child(name: str, complaint: Callable[[float], Complaint], patience: float) -> Child:
        command = [sys.executable, "-m", "zongji", "child", name]
        log = LogFile(settings.data / "log" / f"{name}.log")
        return Child(
            name, command, environment, lambda: complaint(READY_PATIENCE) is None, log,
            watch=lambda: Watch(lambda: complaint(patience)),
        )

    runtime = child("runtime", partial(runtime_complaint, settings.data), RUNTIME_PATIENCE)
    runtime.stacks = signal.SIGUSR1
    runtime.environment = RUNTIME_ENVIRONMENT | environment
    return [runtime, child("web", partial(page_complaint, settings.web, instance), PAGE_PATIENCE)]
