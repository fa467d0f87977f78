"""What a runtime has on disk of its calls."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from support.patience import PATIENCE_SECONDS


def wait_for_end_in_journal(data: Path, calls: int, seconds: float = PATIENCE_SECONDS) -> None:
    """Until the journal tells of that many ends: on disk, and hardly in the database yet."""
    deadline = time.monotonic() + seconds
    while sum(path.read_bytes().count(b'"e":"end"') for path in data.glob("journal/*.jsonl")) < calls:
        assert time.monotonic() < deadline
        time.sleep(0.002)


def wait_for_end_of(data: Path, caller: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Until the journal tells of the end of the caller's call."""
    deadline = time.monotonic() + seconds
    while not _has_end_of(data, caller):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _has_end_of(data: Path, caller: str) -> bool:
    lines = list(_lines(data))
    calls = {line["c"] for line in lines if line["e"] == "call" and line["caller"].endswith(caller)}
    return any(line["e"] == "end" and line["c"] in calls for line in lines)


def _lines(data: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(data.glob("journal/*.jsonl")):
        yield from (json.loads(line) for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"}\n"))
