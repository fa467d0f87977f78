"""Two checkouts side by side: what one and the same load costs each.

    python -m bench.load.compare [--lives N] [--rounds N] OLD NEW CASE

OLD, NEW: folders of checkouts, each with its engine built. CASE: as in ``measure.py`` (``ivr:100:4`` ...).

A machine drifts by a quarter within minutes, and two processes of the same code differ by a tenth. So both servers
stand there at once, on one core, and are loaded by turns; ``rounds`` times, in ``lives`` lives. Said are the medians of
a server's CPU time for each call (microseconds), by thread, and of the ratio between neighbours in time. Loopback only.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

from bench.load import measure
from bench.load.run import LOAD_CPU, SERVER_CPU, START_SECONDS

FIRST_PORT = 5070
SETTLE_SECONDS = 2.0
AFTER_SECONDS = 0.3
"""So long after the last call its record is still being written."""

Threads = Sequence[float]
"""CPU of a server for each call by thread, in the order of their birth, microseconds."""


@dataclass(frozen=True)
class Server:
    """One checkout's ``zongji bench serve``, and what loads it."""

    process: subprocess.Popen[bytes]
    data: Path
    load: Any

    def cost(self, case: str) -> Threads:
        """Load it with the case once."""
        name, *settings = case.split(":")
        before = self._cpu()
        told = getattr(self.load, name)(*settings)
        time.sleep(AFTER_SECONDS)
        calls = told.get("ok") or float(settings[0])
        return [(now - before.get(thread, 0)) / 1000 / calls for thread, now in sorted(self._cpu().items())]

    def _cpu(self) -> dict[int, int]:
        """Nanoseconds by thread."""
        spent = {}
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                spent[int(task.name)] = int((task / "schedstat").read_text().split()[0])
            except OSError:  # it has ended meanwhile
                continue
        return spent


@contextmanager
def server(checkout: Path, port: int) -> Iterator[Server]:
    """Running and settled."""
    data = Path(tempfile.mkdtemp(prefix="zongji-compare-"))
    command = ["taskset", "-c", str(SERVER_CPU), sys.executable, "-m", "zongji", "bench", "serve"]
    process = subprocess.Popen(
        [*command, "--sip", f"udp:127.0.0.1:{port}", "--data", data], cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    load = None
    try:
        deadline = time.monotonic() + START_SECONDS
        while not (data / "control.sock").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"the server of {checkout} did not start")
            time.sleep(0.1)
        load = measure.Bench(SimpleNamespace(
            pid=process.pid, host="127.0.0.1", port=port, load_cpu=LOAD_CPU, server_cpu=SERVER_CPU, rt=False,
        ))  # fmt: skip
        time.sleep(SETTLE_SECONDS)
        yield Server(process, data, load)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        for folder in filter(None, (data, load and load.dir)):
            shutil.rmtree(folder, ignore_errors=True)


def life(old: Path, new: Path, case: str, rounds: int) -> Iterator[tuple[Threads, Threads]]:
    """What each call costs the two in each round; the first, which warms up, is left out."""
    with server(old, FIRST_PORT) as before, server(new, FIRST_PORT + 1) as after:
        for n in range(rounds + 1):
            pair = [before, after] if n % 2 else [after, before]
            costs = {one: one.cost(case) for one in pair}
            if n:
                yield costs[before], costs[after]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lives", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("case")
    given = parser.parse_args()
    old, new = given.old.resolve(), given.new.resolve()
    pairs = [pair for _ in range(given.lives) for pair in life(old, new, given.case, given.rounds)]
    for name, side in (("old", 0), ("new", 1)):
        totals = [sum(pair[side]) for pair in pairs]
        threads = zip(*[pair[side][:4] for pair in pairs], strict=False)
        print(f"{name}: {median(totals):.0f} us a call; threads {' '.join(f'{median(each):.0f}' for each in threads)}")
    ratios = sorted(sum(after) / sum(before) for before, after in pairs)
    print(f"new / old: {median(ratios):.3f} ({ratios[0]:.2f} to {ratios[-1]:.2f}, {len(ratios)} rounds)")


if __name__ == "__main__":
    main()
