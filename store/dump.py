"""A whole database as one file and back, while it is in use: SQLite's online backup, PostgreSQL's pg_dump.

SQLite: https://www.sqlite.org/backup.html, read in one step from one snapshot; writers go on, for the database is in
WAL mode. PostgreSQL: the custom format, by the programs ``pg_dump`` and ``pg_restore`` of its client package.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from store.database import make_engine, shown_url
from store.errors import StoreError
from store.schema import unreachable

PROGRAMS = Path("/usr/lib/postgresql")
"""Where Debian has them, one folder a version."""


def dump(url: str, file: Path) -> None:
    """Write all of the database into a new file. Raises StoreError."""
    where = make_url(url)
    try:
        if where.get_backend_name() == "sqlite":
            _copy_sqlite(_sqlite_file(where), file)
        else:
            _run("pg_dump", where, "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")
    except (sqlite3.Error, OSError) as error:
        raise _failed(url, str(error)) from error


def load(file: Path, url: str) -> None:
    """Fill a database that has no tables, or a SQLite file that is not there, from ``file``. Raises StoreError."""
    where = make_url(url)
    if not is_empty(url):
        raise StoreError(
            "store.not_empty",
            f"数据库里已有数据，不会覆盖：{shown_url(url)}",
            f"the database has tables already and is left as it is: {shown_url(url)}",
        )
    try:
        if where.get_backend_name() == "sqlite":
            _copy_sqlite(file, _sqlite_file(where))
        else:
            options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
            _run("pg_restore", where, *options, f"--dbname={_plain(where)}", str(file), named=True)
    except (sqlite3.Error, OSError) as error:
        raise _failed(url, str(error)) from error


def is_empty(url: str) -> bool:
    """Whether there is nothing that ``load`` would write over. Raises StoreError where it cannot be asked."""
    where = make_url(url)
    if where.get_backend_name() == "sqlite" and not _sqlite_file(where).exists():
        return True
    engine = make_engine(url)
    try:
        return not inspect(engine).get_table_names()
    except (SQLAlchemyError, OSError) as error:
        raise unreachable(url, error) from None
    finally:
        engine.dispose()


def _sqlite_file(where: URL) -> Path:
    return Path(where.database or "")


def _copy_sqlite(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


def _plain(where: URL) -> str:
    """Without the driver's name, which the programs do not know, and without the password, which others could see."""
    return where.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _run(program: str, where: URL, *arguments: str, named: bool = False) -> None:
    """Raises OSError with what the program says."""
    command = [_program(program), *arguments] if named else [_program(program), f"--dbname={_plain(where)}", *arguments]
    environment = dict(os.environ) if where.password is None else os.environ | {"PGPASSWORD": str(where.password)}
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise OSError(done.stderr.strip() or f"{program} ended with {done.returncode}")


def _program(name: str) -> str:
    """The newest there is: it reads older servers, while an older one refuses a newer server."""
    found = sorted(PROGRAMS.glob(f"*/bin/{name}"), key=lambda path: path.parts[-3].zfill(4))
    program = str(found[-1]) if found else shutil.which(name)
    if program is None:
        raise OSError(f"{name} is not installed (Debian: postgresql-client)")
    return program


def _failed(url: str, why: str) -> StoreError:
    return StoreError(
        "store.dump",
        f"数据库备份或恢复失败：{shown_url(url)}：{why}",
        f"the database cannot be saved or brought back: {shown_url(url)}: {why}",
    )
