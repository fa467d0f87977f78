"""Random people on the line for as long as one likes: ``python -m bench.happenings [MILLIONS] [SEED]``, 10 by default.

Half of what happens is in calls that are alone, half in companies of several calls at once. What must always hold is
asserted after each step by the same code as in the tests (``tests/calls``); a failure prints the story that led to it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from random import Random

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path.insert(0, str(TESTS))

from calls.company import live_together  # noqa: E402 # found by the line above
from calls.one_call import live_through  # noqa: E402

PORTION = 100_000


def main(millions: float, seed: int) -> None:
    rng = Random(seed)
    alone = together = 0
    began = time.process_time()
    while alone + together < millions * 1_000_000:
        alone += live_through(rng, PORTION)
        together += live_together(rng, PORTION)
        print(f"{alone:,} alone, {together:,} together, {time.process_time() - began:.0f} s of CPU", flush=True)


if __name__ == "__main__":
    given = sys.argv[1:]
    main(float(given[0]) if given else 10.0, int(given[1]) if len(given) > 1 else 1)
