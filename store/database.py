"""Engine, connections and transactions; it and ``postgresql.py`` know how SQLite and PostgreSQL differ."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from store.audit import SYSTEM, AskWho
from store.errors import StoreError

Clock = Callable[[], datetime]
Check = Callable[[Engine], None]
"""Raises StoreError where the database cannot be used."""

BUSY_TIMEOUT_S = 10
"""How long a SQLite writer waits for the other process's transaction."""

_WRITES = "zongji_writes"


def utc_now() -> datetime:
    return datetime.now(UTC)


def shown_url(url: str) -> str:
    """The URL with its password hidden, fit for messages and logs."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "?"  # what it holds is not known, so it is not shown


def make_engine(url: str, *, patient: bool = False) -> Engine:
    """An engine with our pragmas, time limits and JSON codec.

    patient: a statement may take as long as it needs (migrations). Raises StoreError where the URL or its driver is no
    good.
    """
    url = _with_driver(url)
    try:
        engine = create_engine(
            url,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            **_postgresql_options(url, patient),
        )
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        zh, en = _why_bad(error)
        raise StoreError(
            "store.bad_url",
            f"数据库地址无法使用：{shown_url(url)}。{zh}",
            f"the database URL cannot be used: {shown_url(url)}. {en}",
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.driver == "psycopg":
        from store import postgresql

        postgresql.listen(engine, patient=patient)
    return engine


def _why_bad(error: Exception) -> tuple[str, str]:
    if isinstance(error, ModuleNotFoundError):
        return f"缺少驱动 {error.name}；PostgreSQL 需安装 zongji[postgresql]", (
            f"The driver {error.name} is missing; for PostgreSQL install zongji[postgresql]"
        )
    if isinstance(error, NoSuchModuleError):
        return "不认识这种数据库，可用 sqlite 和 postgresql", "This kind is unknown; sqlite and postgresql can be used"
    return "应形如 postgresql://用户:密码@主机/库名", "It should be like postgresql://USER:PASSWORD@HOST/NAME"


def _with_driver(url: str) -> str:
    """PostgreSQL's usual URLs name no driver, and SQLAlchemy's choice is not always ours."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if separator and scheme in ("postgresql", "postgres") else url


def _postgresql_options(url: str, patient: bool) -> dict[str, Any]:
    """What ``create_engine`` is told beside the URL; nothing for SQLite. Raises ModuleNotFoundError (no driver)."""
    made = make_url(url)
    if made.get_backend_name() != "postgresql":
        return {}
    from store import postgresql  # late: its driver is an extra

    return {
        "pool_pre_ping": True,
        "pool_timeout": postgresql.POOL_TIMEOUT_S,
        "connect_args": postgresql.connect_args(made, patient=patient),
    }


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """WAL lets the web read while the runtime writes; NORMAL loses no consistency, and the journal holds calls."""
    connection.isolation_level = None  # the driver's own BEGIN comes too late for reads; ours is _begin_sqlite
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
    _turn_to_wal(cursor)
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _turn_to_wal(cursor: DBAPICursor) -> None:
    """Needs the database for itself, and SQLite does not wait for that: two processes may open a new one at once."""
    patient_until = monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > patient_until:
                raise
            sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: upgrading a read lock fails without waiting when another wrote meanwhile."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def writing(engine: Engine) -> Engine:
    """The same engine, its transactions meant for writing."""
    return engine.execution_options(**{_WRITES: True})


class Database:
    """Transactions on one database. ``clock`` gives the time stamps of changes, ``actor`` says who makes them.

    check: asked before the database is used at all.
    """

    def __init__(
        self, engine: Engine, clock: Clock = utc_now, actor: AskWho = lambda: SYSTEM, check: Check | None = None
    ) -> None:
        self._engine = engine
        self.clock = clock
        self.actor = actor
        self._writing_engine = writing(engine)
        self._unchecked = check
        self._local = threading.local()

    @property
    def engine(self) -> Engine:
        """Raises what ``check`` does, until it has found nothing wrong for once."""
        self.check()
        return self._engine

    def check(self) -> None:
        """Whether it can be used, unless that is known already. Raises StoreError."""
        if self._unchecked is not None:
            self._unchecked(self._engine)
            self._unchecked = None

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for queries; joins the thread's running write, if there is one."""
        outer: Session | None = getattr(self._local, "session", None)
        if outer is not None:
            yield outer
            return
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back on any exception; joins a running one."""
        outer: Session | None = getattr(self._local, "session", None)
        if outer is not None:
            yield outer
            return
        self.check()
        with Session(self._writing_engine, expire_on_commit=False) as session, session.begin():
            self._local.session = session
            try:
                yield session
            finally:
                self._local.session = None

    @contextmanager
    def write_connection(self) -> Iterator[Connection]:
        """The same for Core statements, without an ORM session's cost."""
        self.check()
        with self._writing_engine.begin() as connection:
            yield connection

    def touch_directory(self, session: Session, tenant: str | None = None) -> None:
        """Tell the runtime's copy, in this very transaction, that a tenant's directory changed; None: everybody's.

        It lets one writer in at a time.
        """
        session.execute(_TOUCH)
        session.execute(_TOUCH_ALL if tenant is None else _TOUCH_TENANT, None if tenant is None else {"id": tenant})

    def close(self) -> None:
        self._engine.dispose()

    def give_back_memory(self) -> None:
        """Empty the page cache of an SQLite connection that nobody uses just now."""
        if self.dialect == "sqlite":
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA shrink_memory")

    def pragmas(self) -> dict[str, Any]:
        """SQLite's settings as they are in force, for ``/status`` and tests; empty elsewhere."""
        if self.dialect != "sqlite":
            return {}
        names = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        with self.engine.connect() as connection:
            return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}


_TOUCH_ALL = text("UPDATE tenants SET directory_revision = directory_revision + 1")
_TOUCH_TENANT = text("UPDATE tenants SET directory_revision = directory_revision + 1 WHERE id = :id")
_TOUCH = text(
    "UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS VARCHAR(20)) WHERE key = 'directory_revision'"
)
