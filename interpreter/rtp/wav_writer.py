"""WAV files of 16-bit linear PCM at 8 kHz, written so that they are readable at any moment. Read by ``wav``."""

from __future__ import annotations

import os
import struct
from os import PathLike
from types import TracebackType
from typing import Self

from interpreter.rtp.errors import BadWave

RATE_HZ = 8000
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_MAX_DATA_BYTES = 0xFFFFFFFF - _HEADER.size
_PCM = 1


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
        """Twice is fine, also after the first has failed. Raises OSError: a network's disk tells so late."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

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
