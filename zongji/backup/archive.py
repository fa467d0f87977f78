"""The file: a tar archive (POSIX.1-2001) whose first member says what it is and whose last one what it holds.

A file that grows or shrinks while it is read is kept as long as it was when it was opened; only recordings in progress
do that. The last member has the SHA-256 of each file, so an archive that was cut off or damaged is known for one.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import orjson

from zongji.backup.errors import BackupError

FORMAT = "zongji.backup/1"
ABOUT, MANIFEST = "zongji-backup.json", "zongji-manifest.json"
LONGEST_JSON = 256 * 1024 * 1024


class BadArchive(BackupError):
    """The file is no backup, or not a whole one."""


class ArchiveWriter:
    """Writes members one after the other into an open file; compressed where ``gz``."""

    def __init__(self, file: IO[bytes], about: Mapping[str, object], *, gz: bool) -> None:
        self._tar = tarfile.open(  # noqa: SIM115 - close() ends it
            fileobj=file, mode="w|gz" if gz else "w|", format=tarfile.PAX_FORMAT
        )
        self._sums: dict[str, str] = {}
        self._put_json(ABOUT, {"format": FORMAT, **about})

    def add(self, name: str, path: Path) -> bool:
        """Add a file; False where it has gone meanwhile. Raises OSError."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return False
        with file:
            found = os.fstat(file.fileno())
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = found.st_size, int(found.st_mtime), 0o600
            measured = _Measured(file, found.st_size)
            self._tar.addfile(member, measured)
            self._sums[name] = measured.sum.hexdigest()
        return True

    def close(self) -> int:
        """Write down what the archive holds; how many files that are."""
        self._put_json(MANIFEST, {"sha256": self._sums})
        self._tar.close()
        return len(self._sums)

    def _put_json(self, name: str, content: Mapping[str, object]) -> None:
        data = orjson.dumps(content)
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(data), 0o600
        self._tar.addfile(member, io.BytesIO(data))


class _Measured(io.RawIOBase):
    """Exactly ``size`` bytes of a file, with their SHA-256; what is missing by now is zeros."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        super().__init__()
        self._file, self._left = file, size
        self.sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._file.read(wanted).ljust(wanted, b"\0")
        self._left -= wanted
        self.sum.update(data)
        return data


def unpack(file: Path, into: Path) -> dict[str, object]:
    """Write the archive's files into an empty folder and prove each; what the archive says of itself.

    Raises BadArchive, OSError.
    """
    try:
        with tarfile.open(file, mode="r|*") as tar:
            return _unpack(tar, file, into)
    except (tarfile.TarError, EOFError) as error:
        raise BadArchive("backup.damaged", file=file, why=error) from error


def _unpack(tar: tarfile.TarFile, file: Path, into: Path) -> dict[str, object]:
    about: dict[str, object] | None = None
    sums: dict[str, str] = {}
    for member in tar:
        if about is None:
            about = _about(tar, member, file)
        elif member.name == MANIFEST:
            if _json(tar, member, file).get("sha256") != sums:
                raise BadArchive("backup.wrong_sum", file=file)
            return about
        else:
            sums[member.name] = _write(tar, member, file, into)
    raise BadArchive("backup.cut_off", file=file)


def _about(tar: tarfile.TarFile, member: tarfile.TarInfo, file: Path) -> dict[str, object]:
    about = _json(tar, member, file) if member.name == ABOUT else {}
    if about.get("format") != FORMAT:
        raise BadArchive("backup.foreign", file=file)
    return about


def _json(tar: tarfile.TarFile, member: tarfile.TarInfo, file: Path) -> dict[str, object]:
    data = tar.extractfile(member) if member.isfile() and member.size <= LONGEST_JSON else None
    try:
        content = orjson.loads(data.read()) if data is not None else None
    except orjson.JSONDecodeError:
        content = None
    if not isinstance(content, dict):
        raise BadArchive("backup.foreign", file=file)
    return content


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, file: Path, into: Path) -> str:
    """The file's SHA-256. A name that leads out of the folder is nobody's backup."""
    parts = Path(member.name).parts
    data = tar.extractfile(member) if member.isfile() else None
    if data is None or member.name.startswith("/") or ".." in parts:
        raise BadArchive("backup.foreign", file=file)
    path = into.joinpath(*parts)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = hashlib.sha256()
    with path.open("xb") as out:
        while block := data.read(1 << 20):
            found.update(block)
            out.write(block)
    os.utime(path, (member.mtime, member.mtime))
    return found.hexdigest()
