"""Reading WAV files of 16-bit linear PCM, and of mu-law, in which recordings may be kept."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interpreter.rtp.errors import BadWave
from interpreter.rtp.g711 import decode_pcmu
from interpreter.rtp.wav_writer import RATE_HZ

_PCM = 1
_PCMU = 7
_EXTENSIBLE = 0xFFFE


@dataclass(frozen=True, slots=True)
class Wave:
    """samples: int16, shape (frames, channels)."""

    samples: NDArray[np.int16]
    rate_hz: int

    @property
    def channels(self) -> int:
        return int(self.samples.shape[1])

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate_hz


def read(path: str | PathLike[str]) -> Wave:
    """Read a WAV file of 16-bit PCM or mu-law, any rate and number of channels. Raises BadWave, OSError."""
    return parse(Path(path).read_bytes(), os.fspath(path))


def read_mono(path: str | PathLike[str]) -> NDArray[np.int16]:
    """The samples of a prompt: 8 kHz, one channel, 16 bit; anything else is BadWave."""
    wave = read(path)
    if wave.rate_hz != RATE_HZ or wave.channels != 1:
        raise BadWave(f"{os.fspath(path)}: {wave.rate_hz} Hz, {wave.channels} channels; want 8000 Hz mono")
    return wave.samples[:, 0]


def parse(data: bytes, name: str = "WAV") -> Wave:
    """The same of bytes; ``name`` is for the error's message."""
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise BadWave(f"{name}: not a RIFF WAVE file")
    layout: tuple[int, int, int] | None = None
    for kind, chunk in _chunks(data):
        if kind == b"fmt ":
            layout = _layout(chunk, name)
        elif kind == b"data":
            if layout is None:
                raise BadWave(f"{name}: data before its format")
            encoding, channels, rate_hz = layout
            frame = channels * (2 if encoding == _PCM else 1)
            whole = chunk[: len(chunk) // frame * frame]
            if encoding == _PCMU:
                return Wave(decode_pcmu(whole).reshape(-1, channels), rate_hz)
            samples = np.frombuffer(whole, "<i2").astype(np.int16, copy=False)
            return Wave(samples.reshape(-1, channels), rate_hz)
    raise BadWave(f"{name}: no audio data")


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """RIFF chunks; a last one shorter than it says (a file still being written) counts as far as it goes."""
    chunks, at = [], 12
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        chunks.append((kind, data[at + 8 : at + 8 + size]))
        at += 8 + size + (size & 1)
    return chunks


def _layout(chunk: bytes, name: str) -> tuple[int, int, int]:
    if len(chunk) < 16:
        raise BadWave(f"{name}: format chunk of {len(chunk)} bytes")
    encoding, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if encoding == _EXTENSIBLE and len(chunk) >= 26:
        encoding = struct.unpack_from("<H", chunk, 24)[0]
    if (encoding, bits) not in ((_PCM, 16), (_PCMU, 8)) or channels == 0 or rate_hz == 0:
        raise BadWave(f"{name}: encoding {encoding}, {bits} bit, {channels} channels; want 16-bit linear PCM")
    return encoding, channels, rate_hz
