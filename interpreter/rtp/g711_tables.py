"""G.711 mu-law (PCMU) and A-law (PCMA), sample by sample and as tables of 256, from the formulas of ITU-T G.711.

16-bit linear samples are used throughout: mu-law's 14 and A-law's 13 significant bits stand in the high bits. Nothing
here needs numpy, for a runtime does without its 12 MB; whole arrays are ``g711``'s.
"""

from __future__ import annotations

SILENCE_PCMU = 0xFF
SILENCE_PCMA = 0xD5

_BIAS = 33
_CLIP = 8159


def pcmu_of(sample: int) -> int:
    """The mu-law code of a sample; four neighbours share one."""
    value = sample >> 2
    magnitude = min(abs(value), _CLIP) + _BIAS
    segment = max(magnitude.bit_length() - 6, 0)
    # without the clamp the loudest samples would wrap to the opposite sign
    code = 0x7F if segment >= 8 else segment << 4 | (magnitude >> (segment + 1) & 0xF)
    return code ^ (0x7F if value < 0 else 0xFF)


def pcma_of(sample: int) -> int:
    """The A-law code of a sample; eight neighbours share one."""
    value = sample >> 3
    magnitude = value if value >= 0 else -value - 1
    segment = max(magnitude.bit_length() - 5, 0)
    code = segment << 4 | (magnitude >> max(segment, 1) & 0xF)
    return code ^ (0xD5 if value >= 0 else 0x55)


def _pcmu_value(code: int) -> int:
    inverted = ~code & 0xFF
    value = ((inverted & 0xF) << 3) + 0x84 << (inverted >> 4 & 7)
    return 0x84 - value if inverted & 0x80 else value - 0x84


def _pcma_value(code: int) -> int:
    toggled = code ^ 0x55
    segment = toggled >> 4 & 7
    magnitude = ((toggled & 0xF) << 4) + (0x108 if segment else 8) << max(segment - 1, 0)
    return magnitude if toggled & 0x80 else -magnitude


PCMU_TO_LINEAR = tuple(map(_pcmu_value, range(256)))
PCMA_TO_LINEAR = tuple(map(_pcma_value, range(256)))

PCMU_TO_PCMA = bytes(map(pcma_of, PCMU_TO_LINEAR))
"""256-byte table for ``bytes.translate``: mu-law to A-law by way of linear."""

PCMA_TO_PCMU = bytes(map(pcmu_of, PCMA_TO_LINEAR))
