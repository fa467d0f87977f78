"""The supervisor restarts what dies or is not well, gives up on what cannot start, and ends its children."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from support.patience import PATIENCE_SECONDS
from zongji import serve
from zongji.health import SILENT, Watch
from zongji.log_file import LogFile
from zongji.serve import Child, Supervisor, make_children
from zongji.settings import load_settings

FOREVER = (
    "import signal, time; signal.signal(signal.SIGTERM, lambda *_: exit(0)); print('up', flush=True); time.sleep(60)"
)


def make_child(folder: Path, code: str, name: str = "web") -> Child:
    log = folder / f"{name}.log"
    return Child(name, [sys.executable, "-c", code], dict(os.environ), lambda: "up" in log.read_text(), LogFile(log))


class Run:
    """A supervisor in a thread, with what it told."""

    def __init__(self, *children: Child) -> None:
        self.told: list[str] = []
        self.ready = threading.Event()
        self.status: int | None = None
        self._heard = threading.Condition()
        self.supervisor = Supervisor(children, "en", self._tell)
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _tell(self, line: str) -> None:
        with self._heard:
            self.told.append(line)
            self._heard.notify_all()

    def _run(self) -> None:
        self.status = self.supervisor.run(self.ready.set)

    def wait_told(self, part: str, times: int = 1) -> None:
        with self._heard:
            enough = self._heard.wait_for(lambda: sum(part in line for line in self.told) >= times, PATIENCE_SECONDS)
            assert enough, self.told

    def stop(self) -> None:
        self.supervisor.stop()
        self.thread.join(20)
        assert not self.thread.is_alive()


@pytest.mark.e2e
def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    child = make_child(tmp_path, FOREVER)
    run = Run(child)
    try:
        assert run.ready.wait(PATIENCE_SECONDS)
        assert child.process is not None
        first = child.process.pid
        os.kill(first, signal.SIGKILL)
        run.wait_told("restarting")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while child.process.pid == first or child.process.poll() is not None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        run.stop()
    assert child.process.poll() is not None
    assert run.status == 0


@pytest.mark.e2e
@pytest.mark.parametrize(("complaint", "why"), [(SILENT, "does not answer"), ("unwell.journal", "keeps no journal")])
def test_a_child_that_is_not_well_is_ended_with_its_stacks_and_started_again(tmp_path, complaint, why):
    child = make_child(tmp_path, "import faulthandler, signal; faulthandler.register(signal.SIGUSR1)\n" + FOREVER)
    answers = [complaint]
    child.watch = lambda: Watch(lambda: answers.pop() if answers else None, every=0.01, misses=1)
    child.stacks = signal.SIGUSR1
    run = Run(child)
    try:
        run.wait_told(why)
        run.wait_told("restarting")
    finally:
        run.stop()
    assert ("most recent call first" in child.log.path.read_text()) is (complaint == SILENT)
    assert run.status == 0


@pytest.mark.e2e
def test_a_child_that_does_not_end_when_asked_is_killed_with_what_it_started(tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "STOP_SECONDS", 0.1)
    pipe = tmp_path / "pipe"  # the first life and its child hold it open
    os.mkfifo(pipe)
    stubborn = (
        "import os, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"if os.path.exists({str(pipe)!r}): held = open({str(pipe)!r}, 'w'); os.unlink({str(pipe)!r})\n"
        "if os.fork(): print('up', flush=True)\n"
        "time.sleep(600)"
    )
    child = make_child(tmp_path, stubborn)
    answers = [SILENT]
    child.watch = lambda: Watch(lambda: answers.pop() if answers else None, every=0.01, misses=1)
    run = Run(child)
    try:
        assert pipe.read_text() == "", "it ends when both have ended"
        run.wait_told("restarting")
    finally:
        run.stop()


@pytest.mark.e2e
def test_a_process_that_the_system_refuses_is_tried_again(tmp_path):
    refused, other = make_child(tmp_path, FOREVER), make_child(tmp_path, FOREVER, "runtime")
    refused.log.path.mkdir()
    run = Run(refused, other)
    try:
        run.wait_told("could not be started: it is a folder")
        refused.log.path.rmdir()
        assert run.ready.wait(PATIENCE_SECONDS)
    finally:
        run.stop()
    assert run.status == 0


@pytest.mark.e2e
def test_a_log_that_grew_too_large_is_begun_anew_while_the_process_writes(tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "LOG_SECONDS", 0.0)
    talkative = (
        "import signal, time; signal.signal(signal.SIGTERM, lambda *_: exit(0))\n"
        "while True: print('x' * 1000, flush=True); time.sleep(0.002)"
    )
    child = make_child(tmp_path, talkative)
    child.log = LogFile(child.log.path, largest=10_000, kept=2)
    child.ready = lambda: (tmp_path / "web.log.2").exists()
    run = Run(child)
    try:
        assert run.ready.wait(PATIENCE_SECONDS)
    finally:
        run.stop()
    assert {p.name for p in tmp_path.iterdir()} == {"web.log", "web.log.1", "web.log.2"}


@pytest.mark.e2e
def test_a_child_that_cannot_start_ends_everything_with_its_reason(tmp_path: Path) -> None:
    other = make_child(tmp_path, FOREVER, "runtime")
    broken = make_child(tmp_path, "import sys; print('the port is taken'); sys.exit(3)")
    broken.log.path.write_text("an old complaint\n")
    run = Run(other, broken)
    run.thread.join(20)
    assert run.status == 3
    assert any("the port is taken" in line for line in run.told)
    assert not any("an old complaint" in line for line in run.told)
    assert other.process is not None
    assert other.process.poll() is not None


@pytest.mark.parametrize(("set_by_the_user", "expected"), [(None, "malloc"), ("debug", "debug")])
def test_a_runtime_can_give_the_memory_of_small_objects_back(monkeypatch, tmp_path, set_by_the_user, expected):
    monkeypatch.delenv("PYTHONMALLOC", raising=False)
    if set_by_the_user:
        monkeypatch.setenv("PYTHONMALLOC", set_by_the_user)
    runtime, web = make_children(load_settings({"data": str(tmp_path)}, {}))
    assert (runtime.name, runtime.environment["PYTHONMALLOC"]) == ("runtime", expected)
    assert web.environment.get("PYTHONMALLOC") == set_by_the_user
