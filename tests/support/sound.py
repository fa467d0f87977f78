"""Measuring what a telephone heard. Sound is int16 at 8 kHz in numpy arrays."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np

RATE = 8000


def read_wav(path: Path) -> np.ndarray:
    """Samples of an 8 kHz 16-bit WAV, shape (n,) or (n, 2); a file still being written gives what is there."""
    raw = path.read_bytes()
    start = raw.find(b"data") + 8
    if start < 8 or len(raw) < 36:
        return np.zeros(0, np.int16)
    channels, rate, bits = raw[22], int.from_bytes(raw[24:28], "little"), raw[34]
    assert (rate, bits) == (RATE, 16), path
    usable = (len(raw) - start) // (2 * channels) * 2 * channels
    samples = np.frombuffer(raw[start : start + usable], "<i2")
    return samples.reshape(-1, 2) if channels == 2 else samples


def write_wav(path: Path, samples: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def wav_bytes(samples: np.ndarray) -> bytes:
    """The same as a file's content, for an upload."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())
    return content.getvalue()


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


