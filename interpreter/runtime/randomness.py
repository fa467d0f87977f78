"""The operating system's randomness, fetched in blocks: a call needs half a dozen small numbers."""

from __future__ import annotations

import os

BLOCK_BYTES = 4096


class BlockRandom:
    """``getrandbits`` as of ``random.SystemRandom``, with one system call per ``BLOCK_BYTES``.

    Fit for nonces and tags: nothing is given out twice. Not for use across ``fork``.
    """

    __slots__ = ("_at", "_block")

    def __init__(self) -> None:
        self._block = b""
        self._at = 0

    def getrandbits(self, k: int, /) -> int:
        """An integer of ``k`` random bits, 0 <= k <= 8 * BLOCK_BYTES."""
        n_bytes = (k + 7) // 8
        end = self._at + n_bytes
        if end > len(self._block):
            self._block = os.urandom(BLOCK_BYTES)
            self._at, end = 0, n_bytes
        value = int.from_bytes(self._block[self._at : end], "big")
        self._at = end
        return value >> (n_bytes * 8 - k)
