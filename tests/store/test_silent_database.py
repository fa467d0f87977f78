"""A PostgreSQL server that falls silent with its connections open: an error soon, and all is well when it speaks."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy.exc import OperationalError

from store import Store, migrate, open_store
from store.seed import create_tenant
from support.postgresql import PostgreSQL

pytestmark = pytest.mark.e2e

FOR_EVER_S = 120
"""Where a test that waits for an end gives up."""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    database = PostgreSQL()
    try:
        migrate(database.url)
        yield database
    finally:
        database.remove()


@pytest.fixture
def store(server: PostgreSQL, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for name, seconds in (("SILENCE_S", 1.0), ("PING_S", 0.5), ("CONNECT_TIMEOUT_S", 2), ("STATEMENT_TIMEOUT_S", 1)):
        monkeypatch.setattr(f"store.postgresql.{name}", seconds)
    opened = open_store(server.url)
    yield opened
    opened.close()


@pytest.fixture
def others() -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(4)
    yield pool
    pool.shutdown(wait=False)


def test_silent_between_two_requests(server: PostgreSQL, store: Store, others: ThreadPoolExecutor) -> None:
    before = len(store.tenants.all())
    server.freeze()
    try:
        reads = [others.submit(store.tenants.all) for _ in range(3)]
        write = others.submit(store.tenants.create, "frozen")
        for asked in (*reads, write):
            with pytest.raises(OperationalError):
                asked.result(timeout=FOR_EVER_S)
    finally:
        server.thaw()
    assert len(store.tenants.all()) == before


def test_silent_within_a_transaction(server: PostgreSQL, store: Store, others: ThreadPoolExecutor) -> None:
    frozen, written = Event(), Event()

    def work() -> None:
        with store.transaction():
            create_tenant(store, "half", admin="half", password_hash="x")
            written.set()
            frozen.wait(FOR_EVER_S)
            store.tenants.create("never")

    working = others.submit(work)
    assert written.wait(FOR_EVER_S)
    server.freeze()
    frozen.set()
    try:
        with pytest.raises(OperationalError, match="has said nothing"):
            working.result(timeout=FOR_EVER_S)
    finally:
        server.thaw()
    assert not {"half", "never"} & {tenant.name for tenant in store.tenants.all()}


def test_a_statement_that_takes_too_long(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server ends it and says so, where it has the time to."""
    monkeypatch.setattr("store.postgresql.SILENCE_S", float(FOR_EVER_S))
    with store._database.read() as session, pytest.raises(OperationalError, match="statement timeout"):
        session.connection().exec_driver_sql("SELECT pg_sleep(60)")
    assert store.tenants.all() is not None


def test_a_migration_may_take_long(server: PostgreSQL, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.database import make_engine

    monkeypatch.setattr("store.postgresql.SILENCE_S", 0.1)
    monkeypatch.setattr("store.postgresql.STATEMENT_TIMEOUT_S", 0.1)
    engine = make_engine(server.url, patient=True)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 7 FROM pg_sleep(0.5)").scalar() == 7
    engine.dispose()


def test_the_url_has_the_last_word(server: PostgreSQL) -> None:
    from store.database import make_engine

    engine = make_engine(f"{server.url}?options=-c%20statement_timeout%3D77000")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "77s"
    engine.dispose()
