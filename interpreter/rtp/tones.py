"""Call progress tones as G.711 audio, of the Chinese network (GF 002-9002, ITU-T E.180) and our own beep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interpreter.rtp.g711 import encode_pcma, encode_pcmu
from interpreter.rtp.wav import RATE_HZ

LEVEL_DBFS = -13.0
"""Peak level; E.180 wants about -10 dBm0 of power."""


@dataclass(frozen=True, slots=True)
class Audio:
    """One audio in both encodings, as ``Engine.load`` wants it."""

    pcmu: bytes
    pcma: bytes

    @property
    def seconds(self) -> float:
        return len(self.pcmu) / RATE_HZ


def encode(samples: NDArray[np.int16]) -> Audio:
    """8 kHz linear samples in both encodings."""
    return Audio(encode_pcmu(samples), encode_pcma(samples))


def tone(frequency_hz: float, on_s: float, off_s: float = 0.0) -> NDArray[np.int16]:
    """A sine with 5 ms ramps (no clicks), then silence."""
    n_on, n_off = round(on_s * RATE_HZ), round(off_s * RATE_HZ)
    time_s = np.arange(n_on) / RATE_HZ
    ramp = np.minimum(1.0, np.minimum(time_s, time_s[::-1]) / 0.005)
    peak = 32767 * 10 ** (LEVEL_DBFS / 20)
    wave = np.rint(peak * ramp * np.sin(2 * np.pi * frequency_hz * time_s))
    return np.concatenate([wave, np.zeros(n_off)]).astype(np.int16)


def ringback() -> Audio:
    """回铃音: 450 Hz, 1 s on, 4 s off; one cycle, to be looped."""
    return encode(tone(450, 1.0, 4.0))


def busy() -> Audio:
    """忙音: 450 Hz, 0.35 s on, 0.35 s off; one cycle, to be looped."""
    return encode(tone(450, 0.35, 0.35))


def beep() -> Audio:
    """The voicemail's signal to speak: 1000 Hz for 0.3 s."""
    return encode(tone(1000, 0.3))
