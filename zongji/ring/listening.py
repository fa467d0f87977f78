"""Finding a prompt in what a telephone heard, by normalised correlation. Sound is int16 at 8 kHz."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 8000
LIKE = 0.7
"""From this correlation on a stretch of sound counts as the prompt; speech against other speech stays below 0.3."""

TAIL_SECONDS = 1.0

Sound = NDArray[np.int16]


def likeness(heard: Sound, prompt: Sound) -> tuple[float, float]:
    """(best normalised correlation 0..1, seconds into ``heard`` at which the prompt begins)."""
    if len(heard) < len(prompt) or not len(prompt):
        return 0.0, 0.0
    long, short = heard.astype(np.float64), prompt.astype(np.float64)
    size = 1 << (len(long) + len(short) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(long, size) * np.conj(np.fft.rfft(short, size)), size)
    places = len(long) - len(short) + 1
    energy = np.concatenate([[0.0], np.cumsum(long**2)])
    windows = energy[len(short) : len(short) + places] - energy[:places]
    scores = product[:places] / np.sqrt(np.maximum(windows, 1.0) * max(float((short**2).sum()), 1.0))
    best = int(np.argmax(scores))
    return float(scores[best]), best / RATE


class Listener:
    """Tells when a prompt was heard to its end; each find starts the next search behind it."""

    def __init__(self) -> None:
        self._searched = 0

    def heard_end_of(self, prompt: Sound, heard: Sound) -> bool:
        """Whether the prompt's last second (all of a shorter one) stands in what was heard since the last find."""
        tail = _loud_part(prompt)
        score, at = likeness(heard[self._searched :], tail)
        if score < LIKE:
            return False
        self._searched += int(at * RATE) + len(tail)
        return True


def _loud_part(prompt: Sound) -> Sound:
    """The last second up to the last audible sample: trailing silence can be found anywhere."""
    loud = np.flatnonzero(np.abs(prompt.astype(np.int32)) > 300)
    end = int(loud[-1]) + 1 if len(loud) else len(prompt)
    return prompt[max(0, end - int(TAIL_SECONDS * RATE)) : end]
