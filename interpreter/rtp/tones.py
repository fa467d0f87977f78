"""Call progress tones as G.711 audio, of the Chinese network (GF 002-9002, ITU-T E.180) and our own beep."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from interpreter.rtp.g711_tables import pcma_of, pcmu_of
from interpreter.rtp.wav_writer import RATE_HZ

LEVEL_DBFS = -13.0
"""Peak level; E.180 wants about -10 dBm0 of power."""

RAMP_S = 0.005


@dataclass(frozen=True, slots=True)
class Audio:
    """One audio in both encodings, as ``Engine.load`` wants it."""

    pcmu: bytes
    pcma: bytes

    @property
    def seconds(self) -> float:
        return len(self.pcmu) / RATE_HZ


def encode(samples: Sequence[int]) -> Audio:
    """8 kHz linear samples in both encodings, slowly (``g711`` is for who has numpy)."""
    pcmu, pcma = _codes()
    return Audio(bytes([pcmu[(s >> 2) + 8192] for s in samples]), bytes([pcma[(s >> 3) + 4096] for s in samples]))


@lru_cache(maxsize=1)
def _codes() -> tuple[bytes, bytes]:
    """Both encodings of all samples, four and eight neighbours at a time."""
    return bytes(map(pcmu_of, range(-32768, 32768, 4))), bytes(map(pcma_of, range(-32768, 32768, 8)))


def tone(frequency_hz: float, on_s: float, off_s: float = 0.0) -> array[int]:
    """16-bit samples of a sine with ramps of ``RAMP_S`` (no clicks), then silence."""
    n_on, n_off = round(on_s * RATE_HZ), round(off_s * RATE_HZ)
    peak = 32767 * 10 ** (LEVEL_DBFS / 20)
    per_sample = 2 * math.pi * frequency_hz / RATE_HZ
    samples = array("h", bytes(2 * (n_on + n_off)))
    for i in range(n_on):
        ramp = min(1.0, min(i, n_on - 1 - i) / RATE_HZ / RAMP_S)
        samples[i] = round(peak * ramp * math.sin(per_sample * i))
    return samples


def ringback() -> Audio:
    """回铃音: 450 Hz, 1 s on, 4 s off; one cycle, to be looped."""
    return encode(tone(450, 1.0, 4.0))


def busy() -> Audio:
    """忙音: 450 Hz, 0.35 s on, 0.35 s off; one cycle, to be looped."""
    return encode(tone(450, 0.35, 0.35))


def beep() -> Audio:
    """The voicemail's signal to speak: 1000 Hz for 0.3 s."""
    return encode(tone(1000, 0.3))


def joined() -> Audio:
    """Somebody has come: a step upwards, softer than speech."""
    return _steps(523.25, 659.25)


def left() -> Audio:
    """Somebody has gone: a step downwards."""
    return _steps(659.25, 523.25)


def _steps(*frequencies_hz: float) -> Audio:
    return encode([sample // 2 for frequency in frequencies_hz for sample in tone(frequency, 0.15)])
