"""G.711 of whole arrays: 16-bit linear samples to mu-law (PCMU) and A-law (PCMA) and back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from interpreter.rtp import g711_tables


def _codes(code_of: Callable[[int], int], sharing: int) -> NDArray[np.uint8]:
    """The codes of all samples, each computed once for the ``sharing`` neighbours that have it; by the sample's bits
    as an unsigned number.
    """
    firsts = [*range(0, 32768, sharing), *range(-32768, 0, sharing)]
    return np.array(list(map(code_of, firsts)), np.uint8).repeat(sharing)


_PCMU_TO_LINEAR = np.array(g711_tables.PCMU_TO_LINEAR, np.int16)
_PCMA_TO_LINEAR = np.array(g711_tables.PCMA_TO_LINEAR, np.int16)
_LINEAR_TO_PCMU = _codes(g711_tables.pcmu_of, 4)
_LINEAR_TO_PCMA = _codes(g711_tables.pcma_of, 8)


def encode_pcmu(samples: NDArray[np.int16]) -> bytes:
    """n linear 16-bit samples to n mu-law bytes."""
    return _LINEAR_TO_PCMU[samples.view(np.uint16)].tobytes()


def encode_pcma(samples: NDArray[np.int16]) -> bytes:
    """n linear 16-bit samples to n A-law bytes."""
    return _LINEAR_TO_PCMA[samples.view(np.uint16)].tobytes()


def decode_pcmu(data: bytes) -> NDArray[np.int16]:
    """n mu-law bytes to n linear 16-bit samples (peak 32124)."""
    return _PCMU_TO_LINEAR[np.frombuffer(data, np.uint8)]


def decode_pcma(data: bytes) -> NDArray[np.int16]:
    """n A-law bytes to n linear 16-bit samples (peak 32256)."""
    return _PCMA_TO_LINEAR[np.frombuffer(data, np.uint8)]
