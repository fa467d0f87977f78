"""WAV files of 16-bit linear PCM at 8 kHz: a reader, and a writer whose file is readable at any moment."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from interpreter.rtp.errors import BadWave

RATE_HZ = 8000
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_MAX_DATA_BYTES = 0xFFFFFFFF - _HEADER.size
_PCM = 1
_EXTENSIBLE = 0xFFFE


def header(channels: int, data_bytes: int, rate_hz: int = RATE_HZ) -> bytes:
    """The 44 bytes before ``data_bytes`` of interleaved 16-bit little-endian samples."""
    frame = 2 * channels
    return _HEADER.pack(
        b"RIFF", _HEADER.size - 8 + data_bytes, b"WAVE",
        b"fmt ", 16, _PCM, channels, rate_hz, rate_hz * frame, frame, 16,
        b"data", data_bytes,
    )  # fmt: skip


class WaveWriter:
    """Appends to a new WAV file; after each ``append`` the header tells the true length.

    A process killed between the two writes of one ``append`` leaves a header that is one ``append`` short: the
    file is valid and lacks just that. Nothing is fsynced: this guards against our crash, not the machine's.
    """

    def __init__(self, path: str | PathLike[str], channels: int) -> None:
        """Create the file, which must not exist (OSError FileExistsError); its folder must."""
        self.path = os.fspath(path)
        self.channels = channels
        self._bytes = 0
        self._fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        try:
            _write_all(self._fd, header(channels, 0), 0)
        except OSError:
            os.close(self._fd)
            raise

    @property
    def seconds(self) -> float:
        """Length of the audio written."""
        return self._bytes / (2 * self.channels * RATE_HZ)

    def append(self, data: bytes) -> None:
        """Add interleaved 16-bit little-endian samples, whole frames.

        Raises OSError (disk full ...); what was appended before stays. Beyond 4 GiB: BadWave.
        """
        if self._bytes + len(data) > _MAX_DATA_BYTES:
            raise BadWave(f"{self.path}: a WAV file ends at 4 GiB")
        _write_all(self._fd, data, _HEADER.size + self._bytes)
        self._bytes += len(data)
        _write_all(self._fd, header(self.channels, self._bytes), 0)

    def truncate(self, frames: int) -> None:
        """Cut the audio to at most so many frames."""
        size = min(self._bytes, frames * 2 * self.channels)
        if size < self._bytes:
            self._bytes = size
            _write_all(self._fd, header(self.channels, size), 0)
            os.ftruncate(self._fd, _HEADER.size + size)

    def close(self) -> None:
        """Twice is fine."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _write_all(fd: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        done = os.pwrite(fd, view, offset)
        view, offset = view[done:], offset + done


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
    """Read a WAV file of 16-bit PCM, any rate and number of channels. Raises BadWave, OSError."""
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
    layout: tuple[int, int] | None = None
    for kind, chunk in _chunks(data):
        if kind == b"fmt ":
            layout = _layout(chunk, name)
        elif kind == b"data":
            if layout is None:
                raise BadWave(f"{name}: data before its format")
            channels, rate_hz = layout
            whole = len(chunk) // (2 * channels) * (2 * channels)
            samples = np.frombuffer(chunk[:whole], "<i2").astype(np.int16, copy=False)
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


def _layout(chunk: bytes, name: str) -> tuple[int, int]:
    if len(chunk) < 16:
        raise BadWave(f"{name}: format chunk of {len(chunk)} bytes")
    encoding, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if encoding == _EXTENSIBLE and len(chunk) >= 26:
        encoding = struct.unpack_from("<H", chunk, 24)[0]
    if encoding != _PCM or bits != 16 or channels == 0 or rate_hz == 0:
        raise BadWave(f"{name}: encoding {encoding}, {bits} bit, {channels} channels; want 16-bit linear PCM")
    return channels, rate_hz
