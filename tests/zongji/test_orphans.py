"""Children end with their supervisor, whatever ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from zongji.orphans import SUPERVISOR, end_with_supervisor

ROOT = Path(__file__).parents[2]

SUPERVISE = f"""
import os, subprocess, sys, time
environment = dict(os.environ, {SUPERVISOR}=str(os.getpid()))
subprocess.Popen([sys.executable, "-c", sys.argv[1]], env=environment)
time.sleep(60)
"""
CHILD = """
import sys, time
from zongji.orphans import end_with_supervisor
end_with_supervisor()
print("up", flush=True)
time.sleep(20)
print("alone", flush=True)
"""


@pytest.mark.e2e
def test_a_child_ends_when_its_supervisor_is_killed():
    command = [sys.executable, "-c", SUPERVISE, CHILD]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == b"up\n"
        supervisor.kill()
        assert supervisor.stdout.read() == b""  # its other writer, the child, has ended too, and not by itself


@pytest.mark.e2e
def test_a_child_whose_supervisor_is_gone_already_does_not_begin():
    gone = dict(os.environ, **{SUPERVISOR: str(os.getppid())})
    done = subprocess.run([sys.executable, "-c", CHILD], cwd=ROOT, env=gone, stdout=subprocess.PIPE, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGTERM, b"")


def test_without_a_supervisor_it_lives_on():
    end_with_supervisor({})
