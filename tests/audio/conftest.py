"""Signals, files of all kinds made of them, and one speaker for all tests."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from designer.audio import Speaker
from designer.audio.analysis import RATE_HZ
from designer.audio.espeak import EspeakEngine
from support.patience import PATIENCE_SECONDS

Signal = NDArray[np.float64]


def sine(frequency_hz: float, seconds: float = 1.0, rate_hz: int = RATE_HZ, level: float = 0.5) -> Signal:
    return level * np.sin(2 * np.pi * frequency_hz * np.arange(round(seconds * rate_hz)) / rate_hz)


def wav_bytes(samples: Signal, rate_hz: int = RATE_HZ, kind: str = "WAV", subtype: str | None = "PCM_16") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate_hz, format=kind, subtype=subtype)
    return file.getvalue()


@pytest.fixture(scope="session")
def encode(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """encode(samples, rate, suffix, *options): the file that FFmpeg makes of it."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
    folder: Path = tmp_path_factory.mktemp("encoded")

    def run(samples: Signal, rate_hz: int, suffix: str, *options: str) -> bytes:
        source, target = folder / "in.wav", folder / f"out.{suffix}"
        source.write_bytes(wav_bytes(samples, rate_hz))
        command = ["ffmpeg", "-v", "error", "-y", "-i", str(source), *options, str(target)]
        subprocess.run(command, check=True, timeout=PATIENCE_SECONDS)
        return target.read_bytes()

    return run


@pytest.fixture(scope="session")
def speaker() -> Iterator[Speaker]:
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    opened = Speaker(EspeakEngine())
    yield opened
    opened.close()


def loudest_hz(pcm: NDArray[np.int16]) -> float:
    """The strongest frequency."""
    spectrum = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm))))
    return float(np.fft.rfftfreq(len(pcm), 1 / RATE_HZ)[spectrum.argmax()])
