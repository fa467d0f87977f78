"""How much random testing is done: little in the suite, a lot in ``make proof``."""

from __future__ import annotations

import os

FACTOR = int(os.environ.get("ZONGJI_PROOF", "1"))


def examples(count: int) -> int:
    """``count`` examples in the suite, so many times more where ``ZONGJI_PROOF`` says so."""
    return count * FACTOR
