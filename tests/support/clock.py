"""Moves the clock by which a running Zongji judges hours (allowed where it was started with ZONGJI_QA=1)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from interpreter.control.client import ControlClient


@contextmanager
def set_clock(data: Path, at: str) -> Iterator[None]:
    """Calls that begin meanwhile believe it is ``at`` (ISO 8601 with offset)."""
    _move(data, datetime.fromisoformat(at).timestamp() - time.time())
    try:
        yield
    finally:
        _move(data, 0.0)


def _move(data: Path, seconds: float) -> None:
    with ControlClient(data / "control.sock") as client:
        client.call("clock", {"offset_seconds": seconds})
