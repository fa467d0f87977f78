"""Opening and migrating databases."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from store import Store, StoreError, migrate, open_store
from store.database import make_engine, writing
from store.models import Base
from store.schema import MIGRATIONS, _config, revisions


def test_models_and_migrations_agree(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_migrations_are_numbered_in_their_order(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        scripts = ScriptDirectory(str(MIGRATIONS))
        assert [script.revision for script in scripts.walk_revisions()][::-1] == revisions()
        assert MigrationContext.configure(connection).get_current_revision() == revisions()[-1]
    engine.dispose()


def test_every_table_of_tenants_leads_its_key_with_the_tenant():
    for name, table in Base.metadata.tables.items():
        if name not in ("tenants", "meta", "public_days"):
            assert next(iter(table.primary_key)).name == "tenant_id", name


def test_migrating_twice_keeps_the_rows(url):
    store = open_store(url)
    tenant = store.tenants.create("演示企业")
    store.close()
    migrate(url)
    store = open_store(url)
    assert store.tenants.get(tenant.id).name == "演示企业"
    store.close()


def test_two_processes_may_migrate_at_once(empty_url):
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(migrate, empty_url) for _ in range(4)]:
            done.result()
    open_store(empty_url).close()


def test_processes_may_open_a_new_sqlite_database_at_once(tmp_path: Path):
    """SQLite turns to WAL alone, and does not wait where two want to; so it is tried on many new databases."""

    def open_one(path: Path, all_there: Barrier) -> None:
        engine = make_engine(f"sqlite:///{path}")
        all_there.wait(30)
        engine.connect().close()
        engine.dispose()

    with ThreadPoolExecutor(6) as pool:
        for n in range(30):
            all_there = Barrier(6)
            for done in [pool.submit(open_one, tmp_path / f"{n}.db", all_there) for _ in range(6)]:
                done.result()


def test_sqlite_is_opened_for_two_processes(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'zongji.db'}"
    migrate(url)
    store = open_store(url)
    assert store.pragmas() == {
        "journal_mode": "wal",
        "synchronous": 1,
        "busy_timeout": 10_000,
        "foreign_keys": 1,
    }
    store.close()


def test_a_database_without_tables_is_refused(empty_url):
    with pytest.raises(StoreError) as refused:
        open_store(empty_url)
    assert refused.value.code == "store.not_migrated"


def test_a_database_of_a_newer_version_is_left_alone(url):
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    for action in (migrate, open_store):
        with pytest.raises(StoreError) as refused:
            action(url)
        assert refused.value.code == "store.too_new"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("sqlite:////no/such/folder/zongji.db", "store.unreachable"),
        ("postgresql+psycopg://zongji:geheim@127.0.0.1:1/zongji?connect_timeout=1", "store.unreachable"),
        ("postgresql://zongji:geheim@127.0.0.1:1/zongji?connect_timeout=1", "store.unreachable"),
        ("postgres://zongji:geheim@127.0.0.1:1/zongji?connect_timeout=1", "store.unreachable"),
        ("oracle-of-delphi://geheim@x/y", "store.bad_url"),
        ("postgresql+psycopg3000://zongji:geheim@x/y", "store.bad_url"),
        ("mysql://zongji:geheim@x/y", "store.bad_url"),
        ("geheim", "store.bad_url"),
    ],
)
@pytest.mark.parametrize("action", [migrate, open_store])
def test_what_cannot_be_opened_is_told_without_the_password(action, url, code):
    with pytest.raises(StoreError) as refused:
        action(url)
    assert refused.value.code == code
    assert "geheim" not in f"{refused.value} {refused.value.messages}" or url.startswith("oracle")
    chinese, english = (
        re.sub(r"\S+://\S*", "", refused.value.message(locale))
        for locale in ("zh-CN", "en")
    )
    words = set(re.findall(r"[A-Za-z]{4,}", chinese))
    assert words <= {"zongji", "postgresql", "PostgreSQL", "sqlite", "MySQLdb"}
    assert not re.search(r"[\u4e00-\u9fff]", english)


def test_a_file_that_is_no_database_is_told(tmp_path: Path):
    file = tmp_path / "notes.txt"
    file.write_text("Remember the milk. " * 100)
    with pytest.raises(StoreError) as refused:
        open_store(f"sqlite:///{file}")
    assert refused.value.code == "store.unreachable"
    assert refused.value.message("zh-CN").endswith("该文件不是数据库")
    assert file.read_text().startswith("Remember")


def test_one_transaction_for_several_writes(store: Store, tenant):
    before = store.directory.revision()

    def half_done() -> None:
        with store.transaction():
            store.numbers.create(tenant, "4001234567", by="admin")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert store.numbers.count(tenant) == 0
    assert store.directory.revision() == before


def test_messages_of_older_databases_get_a_revision(empty_url):
    engine = create_engine(empty_url)
    at = "2026-11-20 01:02:03.000000"
    with writing(engine).begin() as connection:
        command.upgrade(_config(connection), "0001")
        connection.execute(text(f"INSERT INTO tenants VALUES ('t', 'acme', 'Asia/Shanghai', NULL, '{at}')"))
        connection.execute(text(
            "INSERT INTO calls (tenant_id, id, number, caller, called, flow_name, started_at, ended_at, cause,"
            " ended_by, steps)"
            f" VALUES ('t', 'c', '1', '13800000000', '1', 'f', '{at}', '{at}', 'normal', 'caller', '[]')"
        ))
        connection.execute(text(
            "INSERT INTO voicemails (tenant_id, id, box, call_id, caller, called, path, recorded_at, seconds) "
            f"VALUES ('t', 'v', 'b', 'c', '13800000000', '1', 'x.wav', '{at}', 1)"
        ))
    engine.dispose()
    migrate(empty_url)
    store = open_store(empty_url)
    message = store.voicemails.get("t", "v")
    assert (message.revision, message.updated_by, message.updated_at) == (1, "13800000000", message.recorded_at)
    store.close()
