"""Starts the measured runtime on one core and loads it from the other.

    python -m bench.load.run [--data DIR] [--no-rt] CASE ...

CASE as in ``measure.py`` (``ivr:100:12``, ``playback:500:15``, ``bridge:200:12``, ``conference:32:12``,
``waiting:500:12``, ``idle:5`` ...). Needs sipp and, for the menu case, cc. Real-time priority is used for both sides
where the user may (``chrt``), because a machine that others use too spoils jitter otherwise. One line of JSON a case.
Loopback only.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from interpreter.control.client import ControlClient, ControlError, RuntimeUnreachable

HERE = Path(__file__).resolve().parent
SERVER_CPU, LOAD_CPU = 0, 1
START_SECONDS = 60.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--no-rt", action="store_true", help="do not ask for real-time priority")
    parser.add_argument("--busy-web", action="store_true", help="keep a Python process busy beside the server")
    parser.add_argument("case", nargs="+")
    given = parser.parse_args()
    _many_files()
    data = given.data or Path(tempfile.mkdtemp(prefix="zongji-bench-"))
    real_time = not given.no_rt and _may_real_time()
    server = _start(data, real_time)
    web = _busy_process() if given.busy_web else None
    try:
        _wait_until_ready(data, server)
        command = [sys.executable, str(HERE / "measure.py"), "--pid", str(server.pid), *given.case]
        return subprocess.call(command[:4] + (["--rt"] if real_time else []) + command[4:])
    finally:
        for process in (server, web):
            if process is not None:
                process.send_signal(signal.SIGTERM)
                process.wait(20)
        if given.data is None:
            shutil.rmtree(data, ignore_errors=True)


def _start(data: Path, real_time: bool) -> subprocess.Popen[bytes]:
    command = ["taskset", "-c", str(SERVER_CPU)]
    command += ["chrt", "-r", "10"] if real_time else []
    command += [sys.executable, "-m", "zongji", "bench", "serve", "--sip", "udp:127.0.0.1:5070", "--data", str(data)]
    return subprocess.Popen(command, stdout=sys.stderr)


def _wait_until_ready(data: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with ControlClient(data / "control.sock") as client:
                client.call("health")
                return
        except (OSError, ControlError, RuntimeUnreachable):
            time.sleep(0.1)
    sys.exit("the measured runtime did not start")


def _busy_process() -> subprocess.Popen[bytes]:
    """What a busy web process is to the machine: JSON in Python, all the time, at normal priority."""
    loop = "import json\nwhile True: json.loads(json.dumps({'nodes': list(range(500))}))"
    return subprocess.Popen(["taskset", "-c", str(SERVER_CPU), sys.executable, "-c", loop])


def _may_real_time() -> bool:
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    except PermissionError:
        return False
    return True


def _many_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, hard), hard))


if __name__ == "__main__":
    sys.exit(main())
