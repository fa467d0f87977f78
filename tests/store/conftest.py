"""Every test of the store runs on SQLite and, marked e2e, on a real PostgreSQL of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from store import Store, migrate, open_store
from support.ports import free_port


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **units: float) -> datetime:
        self.now += timedelta(**units)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """URL of a fresh PostgreSQL server's maintenance database.

    Its folder is not one of pytest's: those vanish while another run cleans up, and the server with them.
    """
    pytest.importorskip("psycopg", reason="the extra [postgresql] is not installed")
    binaries, port = _binaries(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="zongji-postgresql-"))
    user = _own_folder(folder)
    data = folder / "pg"
    options = (
        f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={data}"
        " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    )
    try:
        _run(user, binaries / "initdb", "-D", data, "-U", "zongji", "--auth=trust", "-E", "UTF8", "--no-sync")
        _run(user, binaries / "pg_ctl", "-D", data, "-w", "-l", data / "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://zongji@127.0.0.1:{port}/postgres"
        finally:
            _run(user, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    if not folders:
        pytest.skip("PostgreSQL's server is not installed")
    return folders[-1]


def _own_folder(folder: Path) -> list[str]:
    """PostgreSQL refuses root: then its own user gets the folder. Answers the command that switches to it."""
    if os.getuid() != 0:
        return []
    shutil.chown(folder, "postgres")
    return ["runuser", "-u", "postgres", "--"]


def _run(user: list[str], *command: object) -> None:
    subprocess.run([*user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, timeout=60, cwd="/")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.e2e)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'zongji.db'}"
        return
    server: str = request.getfixturevalue("postgresql")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS zongji WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE zongji")
    engine.dispose()
    yield server.removesuffix("postgres") + "zongji"


@pytest.fixture
def url(empty_url: str) -> str:
    migrate(empty_url)
    return empty_url


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    opened = open_store(url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def tenant(store: Store) -> str:
    return store.tenants.create("演示企业").id


@pytest.fixture
def other(store: Store) -> str:
    """A second tenant, which must see nothing of the first."""
    return store.tenants.create("别的企业").id
