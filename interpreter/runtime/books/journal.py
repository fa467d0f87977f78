"""Append-only segments of call events, one JSON object a line, written before anything reaches the database.

A segment is ``DATA/journal/NNNNNNNN.jsonl``. Lines are only ever added; a segment is deleted when every call
with a line in it is safely elsewhere (see ``writer``). A crash can tear at most the last line of the last
segment: a line counts from its newline on, and what follows the last newline is ignored.

A segment that cannot be read is renamed to ``NNNNNNNN.unreadable``, for a person, and the others go on.

Every line has ``c`` (call id), ``t`` (UNIX seconds) and ``e`` (what happened); ``records`` knows the rest.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import orjson

SEGMENT_BYTES = 4 * 1024 * 1024
"""A segment that has grown so far is closed and the next one begun."""

LATEST = 7_258_118_400.0
"""A line's time is before the year 2200 (and after 1970, where machines without a clock begin): else it is damaged."""

UNREADABLE = ".unreadable"

PASSING = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EINTR, errno.EAGAIN})
"""Errors that are not the segment's own: to be tried again."""

Line = dict[str, object]

log = logging.getLogger(__name__)


def segments(directory: Path) -> list[tuple[int, Path]]:
    """The segments there are, oldest first, each with its number. Other files are none of ours."""
    found = [(int(p.stem), p) for p in directory.glob("*.jsonl") if p.stem.isdigit()]
    return sorted(found)


def read_segment(path: Path) -> Iterator[Line]:
    """The lines of one segment. A torn last line is passed over, a damaged one in between too."""
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            if not raw.endswith(b"\n"):
                return
            line = parse_line(raw)
            if line is None:
                log.warning("journal %s line %d is damaged and passed over", path.name, number)
            else:
                yield line


def readable_lines(path: Path) -> Iterator[Line]:
    """As ``read_segment``; where the disk does not give the segment, it is set aside after what could be read.

    Raises OSError for what passes, such as no descriptor; then nothing has been set aside.
    """
    try:
        yield from read_segment(path)
    except OSError as error:
        if error.errno in PASSING:
            raise
        log.error("journal %s cannot be read, its calls have no records: %s", path, error.strerror or error)
        _put_away(path)


def _put_away(path: Path) -> None:
    new = path.with_suffix(UNREADABLE)
    try:
        path.rename(new)
    except OSError as error:
        log.error("journal %s cannot be renamed either and is in the way: %s", path, error.strerror or error)
    else:
        log.error("it is %s now", new)


def parse_line(raw: bytes) -> Line | None:
    """One line as an object with its three obligatory members, None where it is no such thing."""
    try:
        line = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(line, dict):
        return None
    well_formed = isinstance(line.get("c"), str) and is_time(line.get("t")) and isinstance(line.get("e"), str)
    return line if well_formed else None


def is_time(value: object) -> bool:
    """Whether it can be the UNIX seconds at which something happened to a call."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0.0 <= value < LATEST


def encode(line: Line) -> bytes:
    """One line with its newline. Raises TypeError where it holds what JSON cannot say, e.g. lone surrogates."""
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


class Journal:
    """Writes segments. Not thread-safe: one thread writes.

    ``current`` is the number of the segment being written; numbers never repeat in a data folder's life,
    as the next one is chosen above every segment present.
    """

    def __init__(self, directory: Path, segment_bytes: int = SEGMENT_BYTES) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._segment_bytes = segment_bytes
        present = [number for number, _ in segments(directory)]
        present += [int(p.stem) for p in directory.glob("*" + UNREADABLE) if p.stem.isdigit()]
        self.current = max(present, default=0) + 1
        self._stuck: set[int] = set()
        self._file: BinaryIO = self._open(self.current)
        self._end = 0
        self._confirmed = 0
        self._unconfirmed: list[bytes] = []
        self._doubtful = False

    def append(self, lines: Sequence[Line], *, sync: bool = True) -> None:
        """Write lines in order and have the disk confirm them and all before.

        Without ``sync`` they are with the kernel: they outlive this process, but not the machine.
        Raises OSError (disk full ...), TypeError (see ``encode``): then none of them is there, and they may be
        appended again later. Those of earlier calls are there, or written again by the next.
        """
        data = b"".join([encode(line) for line in lines])
        end = self._end
        if self._doubtful:
            self._write_again()
        try:
            self._write(data)
            self._end += len(data)
            if sync:
                self._sync()
        except OSError:
            self._end = end
            self._doubtful = True
            with suppress(OSError):  # else the next append does it
                self._write_again()
            raise
        if not sync:
            self._unconfirmed.append(data)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]

    def _sync(self) -> None:
        os.fdatasync(self._file.fileno())
        self._confirmed = self._end
        self._unconfirmed.clear()

    def _write_again(self) -> None:
        """Drop what a failed append has left, and write what the disk never confirmed once more.

        After an fdatasync that failed the kernel may have dropped pages, and the next one would not say so.
        """
        self._file.truncate(self._confirmed)
        self._file.seek(self._confirmed)
        for data in self._unconfirmed:
            self._write(data)
        self._doubtful = False

    @property
    def full(self) -> bool:
        return self._end >= self._segment_bytes

    def rotate(self) -> None:
        """Close the current segment, confirmed by the disk, and begin the next.

        Raises OSError: then the current segment is still the one it was and can be written on.
        """
        try:
            if self._doubtful:
                self._write_again()
            self._sync()
        except OSError:
            self._doubtful = True
            raise
        begun = self._open(self.current + 1)
        self.current += 1
        before, self._file, self._end, self._confirmed = self._file, begun, 0, 0
        before.close()

    def all(self) -> list[tuple[int, Path]]:
        """Every segment, oldest first; reading the current one is fine, its end may be torn."""
        return segments(self._directory)

    def sealed(self) -> list[tuple[int, Path]]:
        """Every segment but the current one, oldest first."""
        return [(number, path) for number, path in segments(self._directory) if number < self.current]

    def delete_before(self, number: int) -> int:
        """Delete segments below ``number`` (never the current one). Returns how many went; one that stays is logged."""
        gone = 0
        for found, path in self.sealed():
            if found < number:
                try:
                    path.unlink(missing_ok=True)
                    gone += 1
                except OSError as error:
                    if found not in self._stuck:
                        self._stuck.add(found)
                        log.error("journal %s cannot be deleted: %s", path, error.strerror or error)
        return gone

    def close(self) -> None:
        """An empty segment goes, too. Twice is fine."""
        self._file.close()
        path = self._path(self.current)
        if path.exists() and path.stat().st_size == 0:
            path.unlink()

    def _path(self, number: int) -> Path:
        return self._directory / f"{number:08d}.jsonl"

    def _open(self, number: int) -> BinaryIO:
        """A new segment; where that fails there is none of this number, so that it can be tried again."""
        path = self._path(number)
        file = path.open("xb", buffering=0)
        try:
            directory = os.open(self._directory, os.O_RDONLY)
            try:
                os.fsync(directory)  # the name itself must survive a power cut too
            finally:
                os.close(directory)
        except OSError:
            file.close()
            path.unlink(missing_ok=True)
            raise
        return file
