"""What is heard on hold where a company has no music of its own: a few plucked notes of the pentatonic scale."""

from __future__ import annotations

import math
from array import array

from interpreter.rtp.tones import Audio, encode
from interpreter.rtp.wav_writer import RATE_HZ

NOTE_SECONDS = 0.5
LEVEL_DBFS = -18.0
"""Peak level: it stands behind the voice that one waits for."""

_SCALE_HZ = {"C": 261.63, "D": 293.66, "E": 329.63, "G": 392.00, "A": 440.00, "c": 523.25}
_MELODY = "E.G.AcAGE.G.D.C."
"""A note for each letter, each of ``NOTE_SECONDS``; a dot lets the one before ring on."""

_PARTIALS = ((1.0, 1.0), (2.0, 0.35), (3.0, 0.12))
"""Frequency and strength of what makes a plucked string, relative to its note."""

_DECAY_SECONDS = 0.6
_ATTACK_SECONDS = 0.01


def hold_music() -> Audio:
    """One round, to be looped."""
    return encode(melody())


def melody() -> array[int]:
    """16-bit samples of one round."""
    length = round(len(_MELODY) * NOTE_SECONDS * RATE_HZ)
    strings = {name: _pluck(_SCALE_HZ[name]) for name in set(_MELODY) - {"."}}
    mixed = array("d", bytes(8 * length))
    for position, name in enumerate(_MELODY):
        start = round(position * NOTE_SECONDS * RATE_HZ)
        for i, sample in enumerate(strings.get(name, ()), start):
            mixed[i % length] += sample  # what rings on is heard when it begins again
    peak = 32767 * 10 ** (LEVEL_DBFS / 20) / max(map(abs, mixed))
    return array("h", (round(sample * peak) for sample in mixed))


def _pluck(frequency: float) -> array[float]:
    """One note, until it has faded to a tenth."""
    note = array("d")
    per_sample = 2 * math.pi * frequency / RATE_HZ
    for i in range(round(2.3 * _DECAY_SECONDS * RATE_HZ)):
        at = i / RATE_HZ
        strength = min(1.0, at / _ATTACK_SECONDS) * math.exp(-at / _DECAY_SECONDS)
        note.append(strength * sum(part * math.sin(per_sample * i * of) for of, part in _PARTIALS))
    return note
