"""Releases: what answers a number, what answered it before, and the way back to that."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect, text

from store import NotFound, Query, Stale, Store, migrate, open_store
from store.audit import Filter
from store.database import writing
from store.errors import NoWayBack
from store.models import Flow, Number
from store.node_copy import NodeCopy
from store.schema import _config

DOCUMENT = {"format": "zongji.flow/1", "name": "主流程", "nodes": [], "edges": []}


@pytest.fixture
def flow(store: Store, tenant: str) -> Flow:
    """Published three times."""
    made = store.flows.create(tenant, "主流程", DOCUMENT, by="小王")
    for revision in (1, 2, 3):
        store.flows.publish(tenant, made.id, revision, prompts={}, note="", by="小王")
    return made


@pytest.fixture
def number(store: Store, tenant: str) -> Number:
    return store.numbers.create(tenant, "4001234567", by="admin")


@pytest.fixture
def bind(store: Store, tenant: str, flow: Flow, number: Number):
    """Binds the number to versions, one after the other; None: to nothing."""

    def bind(*versions: int | None, by: str = "小王", note: str = "") -> None:
        for version in versions:
            now = store.numbers.get(tenant, number.id).number
            store.numbers.update(
                tenant,
                number.id,
                now.revision,
                flow_id=None if version is None else flow.id,
                version=version,
                enabled=True,
                note=note,
                by=by,
            )

    return bind


@pytest.fixture
def roll_back(store: Store, tenant: str, number: Number):
    """Answers the version that answers then."""

    def roll_back(by: str = "小李") -> int | None:
        now = store.numbers.get(tenant, number.id).number
        return store.releases.roll_back(tenant, number.id, now.revision, by=by).version

    return roll_back


def history(store: Store, tenant: str, number: Number) -> list[int]:
    return [entry.release.version for entry in store.releases.page(tenant, number.id).items]


def test_binding_makes_a_release(store: Store, tenant, flow, number, bind, clock):
    bind(1, note="开业")
    later = clock.forward(hours=1)
    bind(2, by="小李", note="新菜单")
    assert store.numbers.get(tenant, number.id).version == 2
    new, old = store.releases.page(tenant, number.id).items
    told = new.release
    assert (new.flow_name, told.flow_id, told.version) == ("主流程", flow.id, 2)
    assert (told.released_by, told.released_at, told.note, told.rolled_back) == ("小李", later, "新菜单", False)
    assert (old.release.version, old.release.released_by, old.release.note) == (1, "小王", "开业")


def test_what_answers_as_before_is_no_release(store: Store, tenant, flow, number, bind):
    bind(1)
    store.numbers.update(tenant, number.id, 2, flow_id=flow.id, version=1, enabled=False, by="小王")
    store.numbers.set_switch(tenant, number.id, 3, "night", by="小王")
    assert history(store, tenant, number) == [1]


def test_unbinding_leaves_no_release_that_answers(store: Store, tenant, number, bind):
    bind(1, None)
    assert store.numbers.get(tenant, number.id).release is None
    assert history(store, tenant, number) == [1]


def test_the_history_is_paged_and_searched(store: Store, tenant, number, bind):
    bind(1, 2, 3)
    bind(2, note="50% 的人")
    page = store.releases.page(tenant, number.id, Query(page=2, size=3))
    assert (page.total, [entry.release.version for entry in page.items]) == (4, [1])
    assert store.releases.page(tenant, number.id, Query(q="50%")).total == 1


def test_rolling_back_brings_back_what_answered_before(store: Store, tenant, number, bind, roll_back):
    bind(1, 2, 3)
    assert [roll_back(), roll_back()] == [2, 1]
    assert history(store, tenant, number) == [1, 2, 3, 2, 1]
    assert [entry.release.rolled_back for entry in store.releases.page(tenant, number.id).items][:3] == [
        True,
        True,
        False,
    ]
    with pytest.raises(NoWayBack):
        roll_back()


def test_after_a_roll_back_one_may_go_on(store: Store, tenant, number, bind, roll_back):
    bind(1, 2)
    roll_back()
    bind(3)
    assert [roll_back()] == [1]


def test_what_was_unbound_is_brought_back(store: Store, tenant, number, bind, roll_back):
    bind(1, 2, None)
    assert [roll_back(), roll_back()] == [2, 1]


def test_what_was_bound_again_is_not_its_own_way_back(store: Store, tenant, number, bind, roll_back):
    bind(1, 2, None, 2)
    assert roll_back() == 1


def test_rolling_back_leaves_a_number_switched_off(store: Store, tenant, flow, number, bind):
    bind(1, 2)
    store.numbers.update(tenant, number.id, 3, flow_id=flow.id, version=2, enabled=False, by="小王")
    assert store.releases.roll_back(tenant, number.id, 4, by="小李").number.enabled is False


def test_it_is_told_what_a_roll_back_would_bring(store: Store, tenant, number, bind):
    assert store.releases.way_back(tenant, number.id) is None
    bind(1)
    assert store.releases.way_back(tenant, number.id) is None
    bind(2)
    assert store.releases.way_back(tenant, number.id).release.version == 1


def test_a_stale_roll_back_is_refused(store: Store, tenant, number, bind):
    bind(1, 2)
    with pytest.raises(Stale):
        store.releases.roll_back(tenant, number.id, 2, by="小李")
    assert store.numbers.get(tenant, number.id).version == 2


def test_a_version_that_was_deleted_does_not_come_back(store: Store, tenant, flow, number, bind):
    bind(1, 2, 3)
    store.flows.delete_version(tenant, flow.id, 2)
    assert history(store, tenant, number) == [3, 1]
    assert store.releases.way_back(tenant, number.id) is None
    with pytest.raises(NoWayBack, match="deleted"):
        store.releases.roll_back(tenant, number.id, 4, by="小李")
    assert store.numbers.get(tenant, number.id).version == 3


def test_a_flow_that_answers_no_more_goes_with_its_releases(store: Store, tenant, flow, number, bind):
    other = store.flows.create(tenant, "夜间", DOCUMENT, by="小王")
    store.flows.publish(tenant, other.id, 1, prompts={}, note="", by="小王")
    bind(1)
    store.numbers.update(tenant, number.id, 2, flow_id=other.id, version=1, enabled=True, by="小王")
    store.flows.delete(tenant, flow.id, 4)
    assert [entry.flow_name for entry in store.releases.page(tenant, number.id).items] == ["夜间"]


def test_a_number_goes_with_its_releases(store: Store, tenant, number, bind):
    bind(1, 2, None)
    store.numbers.delete(tenant, number.id, 4)
    again = store.numbers.create(tenant, "4001234567", by="admin")
    assert store.releases.page(tenant, again.id).total == 0
    assert store.numbers.take("4001234567") is not None


def test_a_number_that_is_bound_is_taken_back_with_its_releases(store: Store, tenant, flow, number, bind):
    bind(1, 2)
    store.numbers.take("4001234567")
    store.flows.delete(tenant, flow.id, 4)


def test_the_audit_log_tells_of_it(store: Store, tenant, number, bind, roll_back):
    bind(1)
    bind(2, note="新菜单")
    roll_back()
    bound = store.audit.page(tenant, Query(), Filter(action="number.bind")).items
    assert {entry.details["note"] for entry in bound} == {"", "新菜单"}
    [told] = store.audit.page(tenant, Query(), Filter(action="number.roll_back")).items
    assert (told.object_name, told.details["flow"], told.details["version"]) == ("400-123-4567", "主流程", 1)


def test_a_node_takes_over_what_answers_alone(store: Store, tenant, number, bind, roll_back, tmp_path):
    bind(1, 2)
    roll_back()
    copy = NodeCopy(tmp_path / "directory.db")
    copy.refresh(store.directory)
    assert [bound.version for bound in copy.directory.load(tenant).numbers] == [1]
    assert copy.directory.bound_versions(tenant) == store.directory.bound_versions(tenant)
    with copy._database.read() as session:
        assert len(session.execute(text("SELECT id FROM releases")).all()) == 1
    copy.close()


def test_another_tenant_neither_sees_nor_rolls_back(store: Store, tenant, other, number, bind):
    bind(1, 2)
    for attempt in (
        lambda: store.releases.page(other, number.id),
        lambda: store.releases.way_back(other, number.id),
        lambda: store.releases.roll_back(other, number.id, 3, by="x"),
    ):
        with pytest.raises(NotFound):
            attempt()


OLDER = (
    "INSERT INTO tenants (id, name, timezone, realm, directory_revision, created_at)"
    " VALUES ('t', 'acme', 'Asia/Shanghai', 'zongji', 1, '2026-11-20 01:02:03.000000')",
    "INSERT INTO flows (tenant_id, id, name, document, latest_version, revision, updated_by, updated_at)"
    " VALUES ('t', 'f', '主流程', '{}', 2, 3, '小王', '2026-11-20 01:02:03.000000')",
    "INSERT INTO flow_versions (tenant_id, flow_id, number, document, prompts, note, published_by, published_at)"
    " VALUES ('t', 'f', 2, '{}', '{}', '', '小王', '2026-11-20 01:02:03.000000')",
    "INSERT INTO numbers (tenant_id, id, text, digits, given, enabled, flow_id, version, switch, revision, updated_by,"
    " updated_at) VALUES ('t', 'n', '4001234567', '864001234567', true, true, 'f', 2, 'auto', 7, '小李',"
    " '2026-11-21 01:02:03.000000')",
    "INSERT INTO numbers (tenant_id, id, text, digits, given, enabled, switch, revision, updated_by, updated_at)"
    " VALUES ('t', 'free', '95588', '95588', true, true, 'auto', 1, '小李', '2026-11-21 01:02:03.000000')",
)


def test_what_was_bound_before_there_were_releases_is_the_first(empty_url):
    engine = create_engine(empty_url)
    with writing(engine).begin() as connection:
        command.upgrade(_config(connection), "0020")
        for statement in OLDER:
            connection.execute(text(statement))
    migrate(empty_url)
    store = open_store(empty_url)
    [entry] = store.releases.page("t", "n").items
    assert (entry.flow_name, entry.release.version, entry.release.released_by) == ("主流程", 2, "小李")
    bound, free = store.numbers.get("t", "n"), store.numbers.get("t", "free")
    assert (bound.flow_name, bound.version, bound.number.revision) == ("主流程", 2, 7)
    assert entry.release.released_at == bound.number.updated_at
    assert free.release is None
    store.close()
    with writing(engine).begin() as connection:
        command.downgrade(_config(connection), "0020")
        rows = connection.execute(text("SELECT id, flow_id, version FROM numbers ORDER BY id")).all()
        assert [tuple(row) for row in rows] == [("free", None, None), ("n", "f", 2)]
        assert not inspect(connection).has_table("releases")
    engine.dispose()
