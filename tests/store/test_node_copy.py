"""A node's copy of the directory: what it holds, that one change brings one tenant over, and who is signed off."""

from __future__ import annotations

import re
import sqlite3
import stat
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, inspect

from store import Store
from store.calling import Outside
from store.models import Base, Extension
from store.node_copy import NodeCopy
from store.records import Binding, Day, Membership, TenantDirectory
from store.repositories.directory import DirectoryRepository

DAY = Day(date(2027, 5, 3), False, "店庆", "own")
NATIONAL = Day(date(2027, 10, 1), False, "国庆", "own")


def extension(store: Store, tenant: str, number: str, ha1: str = "0" * 32):
    return store.extensions.create(tenant, number, "小王", ha1_md5=ha1, ha1_sha256="1" * 64, by="t")


@pytest.fixture
def full(store: Store, tenant: str, other: str) -> str:
    """A tenant that has something of everything, and a second one that has a little."""
    phones = [extension(store, tenant, number) for number in ("801", "802")]
    store.numbers.create(tenant, "4001234567", by="t")
    store.numbers.create(tenant, "01065529988", by="t")
    flow = store.flows.create(tenant, "主流程", {"name": "主流程", "nodes": ["a draft"]}, by="t")
    store.flows.create(tenant, "没有号码", {"name": "x"}, by="t")
    for revision in (1, 2):
        store.flows.publish(tenant, flow.id, revision, prompts={"file:a.wav": "a" * 64}, note="", by="t")
    number = next(e.number for e in store.numbers.page(tenant).items if e.number.text == "4001234567")
    store.numbers.update(tenant, number.id, number.revision, flow_id=flow.id, version=2, enabled=True, by="t")
    store.extensions.allow(tenant, phones[0].id, 1, outside=Outside("international", ["852"]), by="t")
    store.groups.create(tenant, "售后", "random", [Membership("802", 3), Membership("801", 1)], by="t")
    store.trunks.create(tenant, "运营商", "192.0.2.1", 30, by="t", media_hosts=["192.0.2.0/24"])
    store.days.put(tenant, 0, [DAY], by="t")
    store.days.put_public([NATIONAL], by="t")
    store.calling.put(tenant, 0, shown_number="01065529988", record="off", by="t")
    store.exchange.put(tenant, 0, codes={"park": "*70"}, operators=["802"], pin="2468", by="t")
    store.tenants.set_domain(other, "other.example")
    extension(store, other, "801", "2" * 32)
    return tenant


@pytest.fixture
def copy(tmp_path: Path):
    made = NodeCopy(tmp_path / "directory.db")
    yield made
    made.close()


def plain(value):
    """Rows as what is in them, so that those of two databases compare."""
    if isinstance(value, Base):
        return {column.key: plain(getattr(value, column.key)) for column in inspect(value).mapper.column_attrs}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def known(directory: DirectoryRepository, tenant: str) -> dict:
    loaded: TenantDirectory = directory.load(tenant)
    return plain(loaded)


def test_the_copy_says_what_the_database_says(store, full, other, copy):
    assert not copy.is_whole
    copy.refresh(store.directory)
    assert copy.is_whole
    for tenant in (full, other):
        assert known(copy.directory, tenant) == known(store.directory, tenant)
        for row in store.extensions.all(tenant):
            found = copy.reader().extension(tenant, row.number)
            assert plain(found) | {"updated_at": None} == plain(row) | {"updated_at": None}
    assert copy.reader().extension(other, "802") is None
    (bound,) = [number for number in copy.directory.load(full).numbers if number.version]
    version = copy.flows.version(full, bound.flow_id, bound.version)
    assert plain(version) == plain(store.flows.version(full, bound.flow_id, bound.version))
    assert copy.directory.by_number_alone() == store.directory.by_number_alone()
    assert copy.directory.revision() == store.directory.revision()


def test_whatever_the_directory_reads_is_copied(store, full, copy):
    """Whoever lets the runtime read another table has to copy it."""
    read: set[str] = set()

    def hear(connection, cursor, statement, *rest):
        read.update(re.findall(r"(?:FROM|JOIN)\s+(\w+)", statement))

    event.listen(store.directory._db.engine, "before_cursor_execute", hear)
    store.directory.load(full)
    store.directory.by_number_alone()
    copy.refresh(store.directory)
    with sqlite3.connect(copy.path) as there:
        filled = {name for (name,) in there.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                  if there.execute(f"SELECT count(*) FROM {name}").fetchone()[0]}
    assert {"numbers", "extension_groups", "call_settings"} <= read
    assert read <= filled


def test_drafts_and_what_has_no_number_stay_away(store, full, copy):
    copy.refresh(store.directory)
    with sqlite3.connect(copy.path) as there:
        assert there.execute("SELECT name, document FROM flows").fetchall() == [("主流程", "{}")]
        assert there.execute("SELECT number FROM flow_versions").fetchall() == [(2,)]


def test_what_has_not_changed_is_not_fetched_again(store, full, copy):
    copy.refresh(store.directory)
    with sqlite3.connect(copy.path) as there:
        there.execute("UPDATE extensions SET name = 'as it was' WHERE number = '802'")
    extension(store, full, "810")
    copy.refresh(store.directory)
    assert copy.reader().extension(full, "810").number == "810"
    assert copy.reader().extension(full, "802").name == "as it was"


def test_one_change_brings_one_tenant_over(store, full, other, copy):
    copy.refresh(store.directory)
    before = dict(copy.generations)
    extension(store, other, "810")
    copy.refresh(store.directory)
    assert {tenant for tenant, n in copy.generations.items() if n != before[tenant]} == {other}
    assert copy.reader().extension(other, "810").number == "810"
    store.days.put_public([Day(date(2027, 10, 2), False, "国庆", "own")], by="t")
    copy.refresh(store.directory)
    assert copy.generations[full] == before[full] + 1, "everybody's days"


def test_who_is_gone_or_has_another_secret_is_signed_off(store, full, other, copy):
    copy.refresh(store.directory)
    copy.take_signed_off()
    first, second = store.extensions.all(full)
    digests = {"ha1_md5": "3" * 32, "ha1_sha256": "3" * 64}
    store.extensions.rename(full, first.id, 2, name="小李", by="t")
    copy.refresh(store.directory)
    assert copy.take_signed_off() == set(), "a name is no secret"
    assert copy.reader().extension(full, "801").name == "小李"
    store.extensions.renumber(full, first.id, 3, number="801", name="小李", by="t", **digests)
    (their,) = store.extensions.all(other)
    store.extensions.delete(other, their.id, 1)
    copy.refresh(store.directory)
    assert copy.take_signed_off() == {(full, "801"), (other, "801")}
    assert copy.reader().extension(full, "801").ha1_md5 == "3" * 32
    assert copy.reader().extension(other, "801") is None
    # two change places
    store.extensions.renumber(full, first.id, 4, number="803", name="", by="t", **digests)
    store.extensions.renumber(full, second.id, second.revision, number="801", name="", by="t", **digests)
    copy.refresh(store.directory)
    assert copy.take_signed_off() == {(full, "801"), (full, "802")}
    assert [copy.reader().extension(full, n) is None for n in ("801", "802", "803")] == [False, True, False]


def test_a_number_may_go_from_one_tenant_to_another(store, full, other, copy):
    copy.refresh(store.directory)
    store.numbers.take("01065529988")
    store.numbers.create(other, "01065529988", by="t")
    copy.refresh(store.directory)
    assert [n.digits for n in copy.directory.load(other).numbers] == ["861065529988"]
    assert "861065529988" not in [n.digits for n in copy.directory.load(full).numbers]


def test_it_outlives_its_run_and_believes_no_revision_of_an_earlier_one(store, full, tmp_path):
    path = tmp_path / "directory.db"
    first = NodeCopy(path)
    first.refresh(store.directory)
    first.registrations.replace(full, "801", [binding(full)])
    first.close()
    with sqlite3.connect(path) as there:
        there.execute("UPDATE extensions SET ha1_md5 = 'old', updated_at = '2020-01-01 00:00:00.000000'"
                      " WHERE number = '801'")  # fmt: skip
        there.execute("UPDATE flow_versions SET document = '{}'")
    second = NodeCopy(path)
    assert second.is_whole
    assert second.reader().extension(full, "801").ha1_md5 == "old"
    assert [b.contact for b in second.registrations.load(0.0)] == ["sip:801@192.0.2.1"]
    second.refresh(store.directory)
    assert second.reader().extension(full, "801").ha1_md5 == "0" * 32
    assert (full, "801") in second.take_signed_off()
    (bound,) = [number for number in second.directory.load(full).numbers if number.version]
    assert second.flows.version(full, bound.flow_id, bound.version).document["name"] == "主流程"
    second.close()


def binding(tenant: str) -> Binding:
    return Binding(tenant_id=tenant, extension="801", contact="sip:801@192.0.2.1", source="udp:192.0.2.1:5060",
                   expires_at=4e9)  # fmt: skip


def test_the_file_is_its_owners_alone(store, full, copy):
    copy.refresh(store.directory)
    for file in copy.path.parent.glob("directory.db*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


@pytest.mark.parametrize("spoil", ["rubbish", "another schema"])
def test_what_cannot_be_read_is_made_anew(store, full, tmp_path, spoil):
    path = tmp_path / "directory.db"
    made = NodeCopy(path)
    made.refresh(store.directory)
    made.close()
    if spoil == "rubbish":
        path.write_bytes(b"no database" * 1000)
    else:
        with sqlite3.connect(path) as there:
            there.execute("UPDATE meta SET value = '0001' WHERE key = 'copied_schema'")
    again = NodeCopy(path)
    assert not again.is_whole
    again.refresh(store.directory)
    assert again.reader().extension(full, "801").number == "801"
    again.close()


def test_a_look_up_holds_nothing_open(store, full, copy):
    """Else the file's log would grow without end."""
    copy.refresh(store.directory)
    reader = copy.reader()
    assert isinstance(reader.extension(full, "801"), Extension)
    with sqlite3.connect(copy.path) as there:
        assert there.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
