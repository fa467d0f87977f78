"""The process that speaks: asked, late, gone, idle. The workers here are a few lines of Python each."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from designer.audio.errors import SpeechFailed
from designer.audio.worker_process import WorkerProcess
from support.patience import PATIENCE_SECONDS

ECHO = """
import json, os, sys
for line in sys.stdin:
    print(json.dumps({"ok": True, "job": json.loads(line), "pid": os.getpid()}), flush=True)
"""


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., WorkerProcess]]:
    """worker(SOURCE, ...): a worker of this source."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    started: list[WorkerProcess] = []

    def make(source: str, **options: float) -> WorkerProcess:
        name = f"worker_{len(started)}"
        (tmp_path / f"{name}.py").write_text(source)
        started.append(WorkerProcess(name, **({"timeout_s": 20.0} | options)))
        return started[-1]

    yield make
    for one in started:
        one.stop()


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_a_job_starts_the_worker_and_the_next_one_finds_it(worker):
    asked = worker(ECHO)
    assert asked.pid is None
    first, second = asked.ask({"text": "您好"}), asked.ask({"text": "再见"})
    assert (first["job"], second["job"]) == ({"text": "您好"}, {"text": "再见"})
    assert first["pid"] == second["pid"] == asked.pid


def test_a_worker_that_says_nothing_is_ended(worker):
    asked = worker("import sys, time\nsys.stdin.readline()\ntime.sleep(600)", timeout_s=0.3)
    with pytest.raises(SpeechFailed, match="no answer"):
        asked.ask({})
    assert asked.pid is None


def test_signs_of_life_are_no_answers(worker):
    """Also where several lines come at once: none waits in a buffer."""
    source = """
import sys
sys.stdin.readline()
print('{"alive": true}', flush=True)
print('{"alive": true}\\n{"alive": true}\\n{"ok": true}', flush=True)
sys.stdin.readline()
"""
    assert worker(source).ask({}) == {"ok": True}


@pytest.mark.parametrize("source", ["", "import sys; sys.exit(3)", "print('half a li', end='')"])
def test_a_worker_that_ends_is_told_and_followed_by_another(worker, source):
    asked = worker(source)
    for _ in range(2):
        with pytest.raises(SpeechFailed, match="ended"):
            asked.ask({})


def test_after_a_kill_the_next_job_gets_a_new_worker(worker):
    asked = worker(ECHO)
    old = asked.ask({})["pid"]
    os.kill(old, signal.SIGKILL)
    with pytest.raises(SpeechFailed):
        asked.ask({})
    assert asked.ask({})["pid"] != old


def test_an_idle_worker_ends_and_comes_back(worker):
    asked = worker(ECHO, idle_s=0.05)
    pid = asked.ask({})["pid"]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while is_alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert asked.pid is None
    assert asked.ask({"again": 1})["job"] == {"again": 1}
