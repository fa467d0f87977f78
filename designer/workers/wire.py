"""What goes between a worker and its owner: frames of bytes, and how a job can fail."""

from __future__ import annotations

import struct

LENGTH = struct.Struct("!Q")
"""Before each job and each answer: how many bytes it has."""

DONE, HUNGRY, BROKEN = b"+", b"m", b"-"
"""The answer's first byte: a result, out of memory, an error of ours (its traceback follows)."""


class Failed(Exception):
    """A job that gave no result."""


class TookTooLong(Failed):
    """It was ended, for its time was up."""


class TooHungry(Failed):
    """It needed more memory than it may have."""


class Crashed(Failed):
    """The process ended, or a fault of ours; the text is for the log."""


def frame(content: bytes) -> bytes:
    return LENGTH.pack(len(content)) + content
