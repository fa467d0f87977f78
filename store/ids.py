"""Identifiers: UUID version 7 (RFC 9562 section 5.7), so that rows sort by the time of their birth."""

from __future__ import annotations

import os
import time


def new_id(at: float | None = None) -> str:
    """A new UUIDv7 as text. at: UNIX seconds, now if None."""
    millis = time.time_ns() // 1_000_000 if at is None else int(at * 1000)
    random = int.from_bytes(os.urandom(10), "big")
    value = (millis & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | (random >> 68) << 64
    value |= 0b10 << 62 | random & 0x3FFF_FFFF_FFFF_FFFF
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
