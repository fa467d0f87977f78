"""What checking large flows costs: ``python -m bench.checks [NODES...]``.

One line per kind of flow: seconds of CPU for each size, and the ratio of the last to the first per node; 1.0 is linear.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from bench.large_flows import FAMILIES, Document
from interpreter.compiler import Resources, check

SIZES = (200, 400)
RESOURCES = Resources(extensions=frozenset(str(number) for number in range(10_000, 20_000)))


def seconds(document: Document) -> float:
    """CPU of one check, the best of three."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        check(document, RESOURCES)
        best = min(best, time.process_time() - began)
    return best


def main(sizes: Sequence[int]) -> None:
    for name, make in FAMILIES.items():
        costs = [seconds(make(size)) for size in sizes]
        ratio = costs[-1] / sizes[-1] / (costs[0] / sizes[0])
        shown = "  ".join(f"{size}: {1000 * cost:6.0f} ms" for size, cost in zip(sizes, costs, strict=True))
        print(f"{name:10} {shown}  ratio {ratio:.2f}", flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
