"""The music for who waits: neither silent nor loud, and without a click where it begins again."""

from __future__ import annotations

import numpy as np

from interpreter.rtp import g711
from interpreter.rtp.hold_music import LEVEL_DBFS, hold_music


def test_it_is_heard_all_the_time_and_never_loud():
    samples = g711.decode_pcma(hold_music().pcma).astype(float) / 32768
    assert abs(20 * np.log10(np.abs(samples).max()) - LEVEL_DBFS) < 1.0
    parts = samples[: len(samples) // 800 * 800].reshape(-1, 800)  # 0.1 s each
    assert 20 * np.log10(np.sqrt((parts**2).mean(axis=1))).min() > -50


def test_its_end_joins_its_beginning():
    samples = g711.decode_pcmu(hold_music().pcmu).astype(int)
    steps = np.abs(np.diff(np.concatenate([samples, samples[:1]])))
    assert steps[-1] <= np.percentile(steps, 99)
