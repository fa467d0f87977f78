"""Making a backup of a running installation.

The order is what makes it whole. The journal goes first and the database after it: a call that was moved from the one
to the other in between is in both, and one that is in both counts once. Audio and recordings go last, for whatever a
row of the database names was there before the row.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from store.dump import dump
from zongji import VERSION
from zongji.backup.archive import ArchiveWriter
from zongji.backup.errors import BackupError
from zongji.settings import Settings

DATABASE = "database"
"""The member that holds the database, see ``store.dump``."""

JOURNAL = "journal"
DATA = "data"
"""Members are named ``data/PATH`` after their place in the data folder."""

SQLITE_ENDS = ("-wal", "-shm", "-journal")
"""Of the files that SQLite keeps beside a database."""

COPY = "directory.db"
"""The runtime's own copy of a part of the database (``store.node_copy``)."""

LEFT_OUT = frozenset({"log", "lock", "runtime.lock", COPY, *(COPY + end for end in SQLITE_ENDS)})
"""Of the data folder: what tells of the past only, what belongs to processes, and what is made anew."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup: so many files, so many bytes on the disk."""

    files: int
    size: int


def back_up(settings: Settings, file: Path) -> Made:
    """Write a new archive, ``.gz`` compressed; calls and people go on meanwhile. Raises BackupError, StoreError.

    The file appears under its name when it is whole.
    """
    if file.exists():
        raise BackupError("backup.exists", file=file)
    if settings.missing_database is not None:
        raise BackupError("data.missing", file=settings.missing_database)
    partial = file.with_name(file.name + ".partial")
    try:
        with partial.open("xb") as out:
            archive = ArchiveWriter(out, _about(settings), gz=file.suffix in (".gz", ".tgz"))
            _fill(archive, settings, partial.parent)
            files = archive.close()
            out.flush()
            os.fsync(out.fileno())
        partial.rename(file)
    except FileExistsError as error:
        raise BackupError("backup.exists", file=partial) from error
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise BackupError("backup.unwritten", file=file, why=error) from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return Made(files, file.stat().st_size)


def _about(settings: Settings) -> dict[str, object]:
    return {
        "version": VERSION,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": make_url(settings.database_url).get_backend_name(),
    }


def _fill(archive: ArchiveWriter, settings: Settings, scratch: Path) -> None:
    data = settings.data
    for path in _files(data / JOURNAL):
        archive.add(f"{DATA}/{path.relative_to(data)}", path)
    with tempfile.TemporaryDirectory(prefix=".zongji-backup-", dir=scratch) as folder:
        dumped = Path(folder) / DATABASE
        dump(settings.database_url, dumped)
        archive.add(DATABASE, dumped)
    for path in sorted(_own(settings)):
        for file in _files(path):
            archive.add(f"{DATA}/{file.relative_to(data)}", file)


def _own(settings: Settings) -> Iterator[Path]:
    """What lies in the data folder and is not there for the processes alone, nor saved already."""
    where = make_url(settings.database_url)
    saved = Path(where.database).name if where.get_backend_name() == "sqlite" and where.database else None
    for path in settings.data.iterdir():
        beside_database = saved is not None and path.name in (saved, *(saved + end for end in SQLITE_ENDS))
        if path.name not in LEFT_OUT and path.name != JOURNAL and not beside_database:
            yield path


def _files(path: Path) -> Iterator[Path]:
    """Regular files at or below ``path``, sorted; neither sockets nor links."""
    with suppress(FileNotFoundError):
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            yield path
        elif stat.S_ISDIR(mode):
            for below in sorted(path.iterdir()):
                yield from _files(below)
