"""What is cut from audio, and what is left."""

from __future__ import annotations

import numpy as np

from designer.audio.analysis import FRAME, RATE_HZ, Pcm, frame_levels, without_hum


def sound(*parts: tuple[float, float]) -> Pcm:
    """A tone in parts of (seconds, share of full scale)."""
    level = np.concatenate([np.full(round(seconds * RATE_HZ), share) for seconds, share in parts])
    return np.rint(np.sin(np.arange(len(level)) * 0.7) * level * 32767).astype(np.int16)


def test_a_hum_after_a_syllable_goes() -> None:
    cut = without_hum(sound((0.1, 0.02), (0.3, 0.5), (0.06, 0.01), (0.3, 0.1)))
    assert len(cut) == round(0.4 * RATE_HZ) + FRAME
    assert frame_levels(cut)[-1] < -40


def test_a_closing_consonant_and_a_nasal_stay() -> None:
    nasal = sound((0.1, 0.02), (0.2, 0.5), (0.02, 0.01), (0.2, 0.2), (0.02, 0.02))
    assert without_hum(nasal).tobytes() == nasal.tobytes()


def test_what_stays_is_as_it_was_up_to_its_fade() -> None:
    pcm = sound((0.3, 0.5), (0.2, 0.05))
    cut = without_hum(pcm)
    assert (cut[: -2 * FRAME] == pcm[: len(cut) - 2 * FRAME]).all()


def test_silence_comes_back() -> None:
    assert not without_hum(np.zeros(800, np.int16)).any()
