"""G.711 mu-law (PCMU) and A-law (PCMA) as tables, built from the formulas of ITU-T G.711.

16-bit linear samples are used throughout: mu-law's 14 and A-law's 13 significant bits stand in the high bits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SILENCE_PCMU = 0xFF
SILENCE_PCMA = 0xD5

_BIAS = 33
_CLIP = 8159


def _segment(magnitude: NDArray[np.int64], first_end: int) -> NDArray[np.int64]:
    """Number of the first segment 0..8 whose end is not below the magnitude; ends double from ``first_end``."""
    ends = ((first_end + 1) << np.arange(8)) - 1
    return np.searchsorted(ends, magnitude).astype(np.int64)


def _mulaw_of(samples: NDArray[np.int64]) -> NDArray[np.uint8]:
    value = samples >> 2
    mask = np.where(value < 0, 0x7F, 0xFF)
    magnitude = np.minimum(np.abs(value), _CLIP) + _BIAS
    segment = _segment(magnitude, 0x3F)
    # without the clamp the loudest samples would wrap to the opposite sign
    code = np.where(segment >= 8, 0x7F, (segment << 4) | ((magnitude >> (segment + 1)) & 0xF))
    return (code ^ mask).astype(np.uint8)


def _alaw_of(samples: NDArray[np.int64]) -> NDArray[np.uint8]:
    value = samples >> 3
    mask = np.where(value >= 0, 0xD5, 0x55)
    magnitude = np.where(value >= 0, value, -value - 1)
    segment = _segment(magnitude, 0x1F)
    shift = np.maximum(segment, 1)
    code = np.where(segment >= 8, 0x7F, (segment << 4) | ((magnitude >> shift) & 0xF))
    return (code ^ mask).astype(np.uint8)


def _mulaw_value(codes: NDArray[np.int64]) -> NDArray[np.int16]:
    inverted = ~codes & 0xFF
    value = (((inverted & 0xF) << 3) + 0x84) << ((inverted >> 4) & 7)
    return np.where(inverted & 0x80, 0x84 - value, value - 0x84).astype(np.int16)


def _alaw_value(codes: NDArray[np.int64]) -> NDArray[np.int16]:
    toggled = codes ^ 0x55
    segment = (toggled >> 4) & 7
    value = ((toggled & 0xF) << 4) + np.where(segment == 0, 8, 0x108)
    magnitude = value << np.maximum(segment - 1, 0)
    signed: NDArray[np.int64] = np.where(toggled & 0x80, magnitude, -magnitude)
    return signed.astype(np.int16)


_CODES = np.arange(256, dtype=np.int64)
# index: the sample's bits as an unsigned 16-bit number
_SAMPLES = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int64)

PCMU_TO_LINEAR: NDArray[np.int16] = _mulaw_value(_CODES)
PCMA_TO_LINEAR: NDArray[np.int16] = _alaw_value(_CODES)
_LINEAR_TO_PCMU = _mulaw_of(_SAMPLES)
_LINEAR_TO_PCMA = _alaw_of(_SAMPLES)


def encode_pcmu(samples: NDArray[np.int16]) -> bytes:
    """n linear 16-bit samples to n mu-law bytes."""
    return _LINEAR_TO_PCMU[samples.view(np.uint16)].tobytes()


def encode_pcma(samples: NDArray[np.int16]) -> bytes:
    """n linear 16-bit samples to n A-law bytes."""
    return _LINEAR_TO_PCMA[samples.view(np.uint16)].tobytes()


def decode_pcmu(data: bytes) -> NDArray[np.int16]:
    """n mu-law bytes to n linear 16-bit samples (peak 32124)."""
    return PCMU_TO_LINEAR[np.frombuffer(data, np.uint8)]


def decode_pcma(data: bytes) -> NDArray[np.int16]:
    """n A-law bytes to n linear 16-bit samples (peak 32256)."""
    return PCMA_TO_LINEAR[np.frombuffer(data, np.uint8)]


PCMU_TO_PCMA: bytes = encode_pcma(PCMU_TO_LINEAR)
"""256-byte table for ``bytes.translate``: mu-law to A-law by way of linear."""

PCMA_TO_PCMU: bytes = encode_pcmu(PCMA_TO_LINEAR)
