"""Pieces of speech: read from what an engine wrote, and put one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from designer.audio.analysis import RATE_HZ, Pcm, at_level, trim

LEVEL_DBFS = -19.0
"""The house level of speech: RMS of what sounds. Peaks of most voices then stay below full scale."""


def at_8k(path: Path) -> Pcm:
    """A WAV file of any rate at the telephone's. Raises OSError, ``soundfile.SoundFileError`` for what is none."""
    samples, rate_hz = soundfile.read(path, dtype="float32")
    return resampled(samples, rate_hz)


def resampled(samples: NDArray[np.float32], rate_hz: int) -> Pcm:
    """Samples of -1..1 at the telephone's rate; those beyond full scale make it quieter, not flat."""
    out = soxr.resample(samples, rate_hz, RATE_HZ, quality="VHQ")
    peak = float(np.abs(out).max(initial=0.0))
    scaled: Pcm = np.rint(out * (32767 / max(1.0, peak))).astype(np.int16)
    return scaled


def silence(seconds: float) -> Pcm:
    return np.zeros(round(seconds * RATE_HZ), np.int16)


def joined(pieces: Sequence[Pcm], gap_s: float) -> Pcm:
    """One after the other at one level with ``gap_s`` between what sounds of them."""
    if len(pieces) == 1:
        return pieces[0]
    out: list[Pcm] = []
    for piece in pieces:
        out += [silence(gap_s), at_level(trim(piece, 0.02), LEVEL_DBFS)]
    return np.concatenate(out[1:])
