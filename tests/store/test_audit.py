"""The audit log: written with what it tells of, changed by nobody, removed only when it is old enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from store import Duplicate, NotFound, Query, Stale, Store, open_store
from store.audit import ACTIONS, Actor, Filter, Thing
from store.models import AuditEntry
from store.records import AudioInfo, Day

AUDIO = AudioInfo("a" * 64, 1.0, -20.0, ())
LI = Actor("user", "li", "u1", "192.0.2.7")


def told(store: Store, tenant: str) -> list[tuple[str, str]]:
    """Actions and things, oldest first."""
    return [(entry.action, entry.object_name) for entry in store.audit.page(tenant, Query(sort="at", size=100)).items]


def entry(store: Store, tenant: str, action: str) -> AuditEntry:
    (found,) = store.audit.page(tenant, wanted=Filter(action=action)).items
    return found


@pytest.fixture
def store(url, clock) -> Iterator[Store]:
    """Whose clock goes on a millisecond with each look at it, so that entries have an order."""
    opened = open_store(url, clock=lambda: clock.forward(milliseconds=1))
    yield opened
    opened.close()


@pytest.fixture
def acting(url, clock):
    """A store in which somebody acts: ``acting.who`` is asked each time."""

    class Acting:
        who = LI

    opened = open_store(url, clock=clock, actor=lambda: Acting.who)
    yield opened
    opened.close()


def test_every_change_is_told_in_its_transaction(store: Store, tenant: str):
    store.users.create(tenant, "wang", password_hash="x", role="administrator", by="t")
    li = store.users.create(tenant, "li", password_hash="secret-hash", role="qa", by="t")
    store.users.set_password(tenant, li.id, "other-hash", by="t")
    store.users.set_locale(tenant, li.id, "en")
    store.users.set_role(tenant, li.id, "operator", by="t")
    store.users.set_enabled(tenant, li.id, False, by="t")
    store.users.set_enabled(tenant, li.id, True, by="t")
    store.users.delete(tenant, li.id, store.users.get(tenant, li.id).revision)
    flow = store.flows.create(tenant, "main", {"nodes": []}, by="t")
    flow = store.flows.save(tenant, flow.id, 1, document={"nodes": [1]}, by="t")
    for revision in (2, 3):
        store.flows.publish(tenant, flow.id, revision, prompts={}, note="n", by="t")
    store.flows.delete_version(tenant, flow.id, 1)
    number = store.numbers.ask(tenant, "4001234567", by="t")
    store.numbers.update(tenant, number.id, 1, flow_id=flow.id, version=2, enabled=True, by="t")
    store.numbers.set_switch(tenant, number.id, 2, "night", by="t")
    store.numbers.update(tenant, number.id, 3, flow_id=None, version=None, enabled=True, by="t")
    store.numbers.delete(tenant, number.id, 4)
    store.flows.delete(tenant, flow.id, 4)
    store.prompts.put(tenant, "a.wav", AUDIO, source="upload", locale="zh-CN", revision=None, by="t")
    store.prompts.put(tenant, "a.wav", AUDIO, source="text", locale="zh-CN", text="您好", revision=1, by="t")
    store.prompts.rename(tenant, "a.wav", 2, new_name="b.wav", by="t")
    store.prompts.delete(tenant, "b.wav", 3)
    day = Day(date(2026, 11, 20), False, "厂庆", "own")
    store.days.put(tenant, 0, [day], by="t")
    store.days.replace(tenant, 1, day, by="t")
    store.days.remove(tenant, 2, day.day, by="t")
    store.speech.put(tenant, 0, voices={"zh-CN": "v"}, speed=1.5, by="t")
    phone = store.extensions.create(tenant, "801", "小王", ha1_md5="m", ha1_sha256="s", by="t")
    store.extensions.rename(tenant, phone.id, 1, name="小李", by="t")
    again = {"ha1_md5": "M", "ha1_sha256": "S", "by": "t"}
    store.extensions.renumber(tenant, phone.id, 2, number="801", name="小李", **again)
    store.extensions.renumber(tenant, phone.id, 3, number="802", name="小李", **again)
    store.extensions.delete(tenant, phone.id, 4)
    group = store.groups.create(tenant, "售后", "random", [], by="t")
    store.groups.update(tenant, group.group.id, 1, name="售前", strategy="random", members=[], by="t")
    store.groups.delete(tenant, group.group.id, 2)
    trunk = store.trunks.create(tenant, "pbx", "192.0.2.1", None, by="t")
    store.trunks.update(tenant, trunk.id, 1, name="pbx", address="192.0.2.2", max_channels=3, by="t")
    store.trunks.delete(tenant, trunk.id, 2)
    store.quotas.set(tenant, {"flows": 3})
    store.tenants.update(tenant, name="新名", timezone="Asia/Shanghai", extension_length=None)
    assert told(store, tenant) == [
        ("tenant.create", "演示企业"), ("user.create", "wang"), ("user.create", "li"), ("user.password", "li"),
        ("user.locale", "li"), ("user.role", "li"), ("user.disable", "li"), ("user.enable", "li"),
        ("user.delete", "li"),
        ("flow.create", "main"), ("flow.save", "main"), ("flow.publish", "main"), ("flow.publish", "main"),
        ("flow.delete_version", "main"), ("number.give", "400-123-4567"), ("number.bind", "400-123-4567"),
        ("number.switch", "400-123-4567"), ("number.bind", "400-123-4567"), ("number.delete", "400-123-4567"),
        ("flow.delete", "main"), ("prompt.upload", "a.wav"), ("prompt.speak", "a.wav"), ("prompt.rename", "a.wav"),
        ("prompt.delete", "b.wav"), ("calendar.import", ""), ("calendar.set_day", "2026-11-20"),
        ("calendar.remove_day", "2026-11-20"), ("speech.change", ""), ("extension.create", "801 小王"),
        ("extension.change", "801 小王"), ("extension.renew_secret", "801 小李"), ("extension.change", "801 小李"),
        ("extension.delete", "802 小李"), ("group.create", "售后"), ("group.change", "售后"), ("group.delete", "售前"),
        ("trunk.create", "pbx"), ("trunk.change", "pbx"), ("trunk.delete", "pbx"),
        ("quota.change", ""), ("tenant.change", "新名"),
    ]  # fmt: skip
    assert "hash" not in str([e.details for e in store.audit.page(tenant, Query(size=100)).items])


def test_what_failed_is_not_told_as_done(store: Store, tenant: str):
    flow = store.flows.create(tenant, "main", {}, by="t")
    for refused, act in (
        (Duplicate, lambda: store.flows.create(tenant, "main", {}, by="t")),
        (Stale, lambda: store.flows.save(tenant, flow.id, 9, document={}, by="t")),
        (NotFound, lambda: store.flows.delete(tenant, "none", 1)),
    ):
        with pytest.raises(refused):
            act()

    def half_done() -> None:
        with store.transaction():
            store.flows.save(tenant, flow.id, 1, document={}, by="t")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert told(store, tenant) == [("tenant.create", "演示企业"), ("flow.create", "main")]


def test_an_entry_says_who_acted_from_where(acting: Store):
    tenant = acting.tenants.create("演示企业").id
    acting.audit.add(tenant, "recording.listen", Thing("recording", "r1", "13800000000"), {"seconds": 3})
    found = entry(acting, tenant, "recording.listen")
    assert (found.actor_kind, found.actor, found.actor_id, found.address) == ("user", "li", "u1", "192.0.2.7")
    assert (found.object_kind, found.object_id, found.details) == ("recording", "r1", {"seconds": 3})
    assert found.result == "done"


def test_entries_are_found_by_time_person_action_and_thing(store: Store, tenant: str, other: str, clock):
    noon = clock.forward(hours=1)
    store.audit.add(tenant, "voicemail.listen", Thing("voicemail", "v1", "box 1"), actor=LI)
    later = clock.forward(hours=1)
    store.audit.add(tenant, "recording.listen", Thing("recording", "r1", "13800000000"), actor=LI)

    def found(**wanted: object) -> list[str]:
        return [one.action for one in store.audit.page(tenant, wanted=Filter(**wanted)).items]

    assert found() == ["recording.listen", "voicemail.listen", "tenant.create"]
    assert found(since=later) == ["recording.listen"]
    assert found(until=noon) == ["tenant.create"]
    assert found(who="li", until=later) == ["voicemail.listen"]
    assert found(action="recording.listen") == ["recording.listen"]
    assert found(thing="v1") == found(thing="box 1") == ["voicemail.listen"]
    assert [one.action for one in store.audit.page(tenant, Query(q="1380")).items] == ["recording.listen"]
    newest = store.audit.newest(tenant, Filter(who="li"))
    assert [one.action for one in newest] == ["recording.listen", "voicemail.listen"]
    assert told(store, other) == [("tenant.create", "别的企业")], "one tenant never sees another's"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET actor = 'nobody'",
        "DELETE FROM audit_log",
        "DELETE FROM audit_log WHERE action = 'flow.create'",
    ],
)
def test_the_database_lets_nobody_change_it(url: str, store: Store, tenant: str, statement: str):
    store.flows.create(tenant, "main", {}, by="t")
    before = told(store, tenant)
    engine = create_engine(url)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    if engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text("TRUNCATE audit_log"))
    engine.dispose()
    assert told(store, tenant) == before


def test_only_what_is_older_goes_and_that_is_told(url: str, store: Store, tenant: str, other: str, clock):
    clock.forward(days=10)
    store.flows.create(tenant, "main", {}, by="t")
    assert store.audit.forget(clock.forward(days=1)) == 3
    assert told(store, tenant) == [("audit.forget", "")]
    assert entry(store, tenant, "audit.forget").details["entries"] == 2
    assert told(store, other) == [("audit.forget", "")]
    store.flows.create(tenant, "later", {}, by="t")
    engine = create_engine(url)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_log"))
    engine.dispose()


def test_every_action_has_words_in_both_languages():
    for name, texts in ACTIONS.items():
        assert all(texts[locale] for locale in ("zh-CN", "en")), name
