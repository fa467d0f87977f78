"""Runs the suite again and again, every second time with all cores busy, until it fails or has proved itself.

    python tests/steady.py [--runs 10] [--first 1] [--busy every|never|always]

What keeps the cores busy is ``stress-ng`` at the suite's own priority. A line a run; the output of a run that failed
is kept and named. Runs that were cut short go on with ``--first``, on the same commit.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SUITE = ("make", "--no-print-directory", "--keep-going", "test-page", "test-python", "test-browser")
PASSED = re.compile(r"^(?:=+ )?(\d+ passed.*?)(?: =+)?$|^\s+Tests\s+(\d+ passed.*)$", re.MULTILINE)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--busy", choices=("every", "never", "always"), default="every")
    given = parser.parse_args()
    if given.busy != "never" and shutil.which("stress-ng") is None:
        print("stress-ng is missing: apt install stress-ng", file=sys.stderr)
        return 2
    for run in range(given.first, given.runs + 1):
        busy = given.busy == "always" or (given.busy == "every" and run % 2 == 0)
        if not succeeds(run, busy):
            return 1
    return 0


def succeeds(run: int, busy: bool) -> bool:
    """One run of the suite; says how it went."""
    log = ROOT / ".make" / f"steady-{run}.log"
    began = time.monotonic()
    with log.open("wb") as output, busy_cores() if busy else contextlib.nullcontext():
        environment = os.environ | {"NO_COLOR": "1"}  # counts are found by their words
        status = subprocess.run(SUITE, cwd=ROOT, env=environment, stdout=output, stderr=output).returncode
    counts = "; ".join(filter(None, (one or two for one, two in PASSED.findall(log.read_text(errors="replace")))))
    kind, minutes = "busy" if busy else "idle", (time.monotonic() - began) / 60
    print(f"run {run}, {kind}, {minutes:.1f} min: {counts or 'no test passed'}", flush=True)
    if status:
        print(f"FAILED with {status}: {log}", flush=True)
    return status == 0


@contextlib.contextmanager
def busy_cores() -> Iterator[None]:
    """As many busy processes as there are cores, while it is entered."""
    command = ["stress-ng", "--quiet", "--cpu", str(os.cpu_count() or 1)]
    stress = subprocess.Popen(command, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(stress.pid, signal.SIGTERM)
        stress.wait()


if __name__ == "__main__":
    sys.exit(main())
