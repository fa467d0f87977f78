"""WAV files at 8 kHz, 16-bit linear or mu-law, written so that they are readable at any moment. Read by ``wav``."""

from __future__ import annotations

import os
import struct
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from interpreter.rtp.errors import BadWave

RATE_HZ = 8000

Encoding = Literal["linear", "pcmu"]
"""16-bit linear PCM, or G.711 mu-law in half the bytes."""

_LINEAR = struct.Struct("<4sI4s4sIHHIIHH4sI")
_PCMU = struct.Struct("<4sI4s4sIHHIIHHH4sII4sI")
_CODES: dict[int, Encoding] = {1: "linear", 7: "pcmu"}
_SAMPLE_BYTES: dict[Encoding, int] = {"linear": 2, "pcmu": 1}
_MAX_DATA_BYTES = 0xFFFFFFFF - _PCMU.size


def header_bytes(encoding: Encoding) -> int:
    """Where the samples begin in a file of ours."""
    return (_LINEAR if encoding == "linear" else _PCMU).size


def header(channels: int, data_bytes: int, rate_hz: int = RATE_HZ, encoding: Encoding = "linear") -> bytes:
    """What stands before ``data_bytes`` of interleaved samples, 16-bit little-endian or one byte each."""
    frame = _SAMPLE_BYTES[encoding] * channels
    riff = header_bytes(encoding) - 8 + data_bytes
    if encoding == "linear":
        return _LINEAR.pack(
            b"RIFF", riff, b"WAVE",
            b"fmt ", 16, 1, channels, rate_hz, rate_hz * frame, frame, 16,
            b"data", data_bytes,
        )  # fmt: skip
    return _PCMU.pack(
        b"RIFF", riff, b"WAVE",
        b"fmt ", 18, 7, channels, rate_hz, rate_hz * frame, frame, 8, 0,
        b"fact", 4, data_bytes // frame,
        b"data", data_bytes,
    )  # fmt: skip


def make_whole(path: Path) -> float:
    """Length in seconds of a recording that a crash cut off; its header is made to tell of all that was written.

    Raises OSError where there is no such file, BadWave where it is no WAV file of ours.
    """
    with path.open("r+b") as file:
        start = file.read(_PCMU.size)
        if len(start) < _LINEAR.size or start[:4] != b"RIFF" or start[8:16] != b"WAVEfmt ":
            raise BadWave(f"{path}: no recording of ours")
        code, channels, rate_hz = struct.unpack_from("<HHI", start, 20)
        encoding = _CODES.get(code)
        if encoding is None or not channels or not rate_hz or len(start) < header_bytes(encoding):
            raise BadWave(f"{path}: encoding {code}, {channels} channels, {rate_hz} Hz")
        at = header_bytes(encoding)
        frame = _SAMPLE_BYTES[encoding] * channels
        frames = max(0, os.fstat(file.fileno()).st_size - at) // frame
        whole = header(channels, frames * frame, rate_hz, encoding)
        if start[:at] != whole:
            file.seek(0)
            file.write(whole)
        file.truncate(at + frames * frame)
    return float(frames / rate_hz)


class WaveWriter:
    """Appends to a new WAV file; after each ``append`` the header tells the true length.

    A process killed between the two writes of one ``append`` leaves a header that is one ``append`` short: the
    file is valid and lacks just that. Nothing is fsynced: this guards against our crash, not the machine's.
    """

    def __init__(self, path: str | PathLike[str], channels: int, encoding: Encoding = "linear") -> None:
        """Create the file, which must not exist (OSError FileExistsError); its folder must."""
        self.path = os.fspath(path)
        self.channels = channels
        self._encoding: Encoding = encoding
        self._frame_bytes = _SAMPLE_BYTES[encoding] * channels
        self._start = header_bytes(encoding)
        self._bytes = 0
        self._fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        try:
            self._write_header(0)
        except OSError:
            os.close(self._fd)
            raise

    @property
    def seconds(self) -> float:
        """Length of the audio written."""
        return self._bytes / (self._frame_bytes * RATE_HZ)

    def append(self, data: bytes) -> None:
        """Add interleaved samples in the file's encoding, whole frames.

        Raises OSError (disk full ...); what was appended before stays. Beyond 4 GiB: BadWave.
        """
        if self._bytes + len(data) > _MAX_DATA_BYTES:
            raise BadWave(f"{self.path}: a WAV file ends at 4 GiB")
        _write_all(self._fd, data, self._start + self._bytes)
        self._bytes += len(data)
        self._write_header(self._bytes)

    def truncate(self, frames: int) -> None:
        """Cut the audio to at most so many frames."""
        size = min(self._bytes, frames * self._frame_bytes)
        if size < self._bytes:
            self._bytes = size
            self._write_header(size)
            os.ftruncate(self._fd, self._start + size)

    def _write_header(self, data_bytes: int) -> None:
        _write_all(self._fd, header(self.channels, data_bytes, encoding=self._encoding), 0)

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
