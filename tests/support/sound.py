"""Measuring what a telephone heard. Sound is int16 at 8 kHz in numpy arrays."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

RATE = 8000


def read_wav(path: Path) -> np.ndarray:
    """Samples of an 8 kHz 16-bit WAV, shape (n,) or (n, 2); a file cut short by a crash gives what is there."""
    with wave.open(str(path)) as file:
        assert file.getframerate() == RATE, path
        assert file.getsampwidth() == 2, path
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return samples.reshape(-1, 2) if file.getnchannels() == 2 else samples


def write_wav(path: Path, samples: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def tone(frequency: float, seconds: float, amplitude: int = 8000) -> np.ndarray:
    t = np.arange(int(seconds * RATE)) / RATE
    return (amplitude * np.sin(2 * np.pi * frequency * t)).astype(np.int16)


def rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) if len(samples) else 0.0


def tone_share(samples: np.ndarray, frequency: float, width: float = 20.0) -> float:
    """Share of the sound's energy within ``width`` Hz of ``frequency``, 0..1."""
    if not len(samples):
        return 0.0
    power = np.abs(np.fft.rfft(samples.astype(np.float64) * np.hanning(len(samples)))) ** 2
    at = np.fft.rfftfreq(len(samples), 1 / RATE)
    total = power[at > 50].sum()
    return float(power[np.abs(at - frequency) <= width].sum() / total) if total else 0.0


def loudest_second(samples: np.ndarray) -> np.ndarray:
    """The second of sound with the most energy (all of it if shorter)."""
    if len(samples) <= RATE:
        return samples
    energy = np.convolve(samples.astype(np.float64) ** 2, np.ones(RATE), mode="valid")
    start = int(np.argmax(energy))
    return samples[start : start + RATE]


def likeness(heard: np.ndarray, prompt: np.ndarray) -> tuple[float, float]:
    """(best normalised correlation 0..1, seconds into ``heard`` where the prompt begins)."""
    if len(heard) < len(prompt) or not len(prompt):
        return 0.0, 0.0
    long, short = heard.astype(np.float64), prompt.astype(np.float64)
    size = 1 << (len(long) + len(short) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(long, size) * np.conj(np.fft.rfft(short, size)), size)
    places = len(long) - len(short) + 1
    energy = np.concatenate([[0.0], np.cumsum(long**2)])
    windows = energy[len(short) : len(short) + places] - energy[:places]
    scores = product[:places] / np.sqrt(np.maximum(windows, 1.0) * max((short**2).sum(), 1.0))
    best = int(np.argmax(scores))
    return float(scores[best]), best / RATE
