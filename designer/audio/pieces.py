"""Pieces of speech: read from what an engine wrote, and put one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile
import soxr

from designer.audio.analysis import RATE_HZ, Pcm, at_level, trim

LEVEL_DBFS = -19.0
"""The house level of speech: RMS of what sounds. Peaks of most voices then stay below full scale."""


def at_8k(path: Path) -> Pcm:
    """A WAV file of any rate at the telephone's; samples beyond full scale make it quieter, not flat. Raises OSError.

    Raises ``soundfile.SoundFileError`` for what is no WAV file.
    """
    samples, rate_hz = soundfile.read(path, dtype="float32")
    resampled = soxr.resample(samples, rate_hz, RATE_HZ, quality="VHQ")
    peak = float(np.abs(resampled).max(initial=0.0))
    scaled: Pcm = np.rint(resampled * (32767 / max(1.0, peak))).astype(np.int16)
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
