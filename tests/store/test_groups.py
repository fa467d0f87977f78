"""Groups of extensions: who is in them in which order, and what keeps an extension from going."""

from __future__ import annotations

import pytest

from store import BadValue, Duplicate, InUse, NotFound, Query, Stale, Store
from store.records import GroupEntry, Membership

PEOPLE = [Membership("802", 3), Membership("801")]


@pytest.fixture
def phones(store: Store, tenant: str):
    return [
        store.extensions.create(tenant, number, name, ha1_md5="0" * 32, ha1_sha256="1" * 64, by="x")
        for number, name in (("801", "小王"), ("802", "小李"), ("803", "小张"))
    ]


@pytest.fixture
def group(store: Store, tenant: str, phones) -> GroupEntry:
    return store.groups.create(tenant, "售后", "longest_idle", PEOPLE, by="小赵")


def test_members_stand_in_their_order_with_weights_and_names(store, tenant, group):
    assert group.members == (Membership("802", 3, "小李"), Membership("801", 1, "小王"))
    assert store.groups.get(tenant, group.group.id).members == group.members
    assert [entry.members for entry in store.groups.page(tenant).items] == [group.members]
    assert [entry.members for entry in store.groups.all(tenant)] == [group.members]
    assert (group.group.name, group.group.strategy, group.group.revision) == ("售后", "longest_idle", 1)


def test_a_change_is_based_on_a_revision_and_replaces_the_members(store, tenant, group):
    change = {"name": "售前", "strategy": "random", "members": [Membership("803")], "by": "小钱"}
    changed = store.groups.update(tenant, group.group.id, 1, **change)
    assert ([m.number for m in changed.members], changed.group.name, changed.group.revision) == (["803"], "售前", 2)
    for late in (
        lambda: store.groups.update(tenant, group.group.id, 1, **change),
        lambda: store.groups.delete(tenant, group.group.id, 1),
    ):
        with pytest.raises(Stale):
            late()
    store.groups.delete(tenant, group.group.id, 2)
    assert store.groups.page(tenant).total == 0
    with pytest.raises(NotFound):
        store.groups.get(tenant, group.group.id)


@pytest.mark.parametrize(
    ("strategy", "members"),
    [
        ("by_mood", []),
        ("random", [Membership("809")]),
        ("random", [Membership("801"), Membership("801", 2)]),
        ("random", [Membership("801", -1)]),
        ("random", [Membership("801", 101)]),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(store, tenant, group, strategy, members):
    with pytest.raises(BadValue):
        store.groups.create(tenant, "新组", strategy, members, by="x")
    with pytest.raises(BadValue):
        store.groups.update(tenant, group.group.id, 1, name="x", strategy=strategy, members=members, by="x")
    assert store.groups.page(tenant, Query(q="新")).total == 0
    assert store.groups.get(tenant, group.group.id).members == group.members


def test_two_groups_have_two_names(store, tenant, group):
    with pytest.raises(Duplicate):
        store.groups.create(tenant, "售后", "random", [], by="x")


def test_an_extension_in_a_group_does_not_go_but_may_have_another_number(store, tenant, phones, group):
    with pytest.raises(InUse) as refused:
        store.extensions.delete(tenant, phones[0].id, 1)
    assert [(use.kind, use.name) for use in refused.value.uses] == [("group", "售后")]
    store.extensions.renumber(tenant, phones[0].id, 1, number="811", name="小王", ha1_md5="", ha1_sha256="", by="x")
    assert [m.number for m in store.groups.get(tenant, group.group.id).members] == ["802", "811"]
    store.extensions.delete(tenant, phones[2].id, 1)
    store.groups.delete(tenant, group.group.id, 1)
    store.extensions.delete(tenant, phones[0].id, 2)


def test_the_runtime_hears_of_each_change(store, tenant, group):
    [entry] = store.directory.load(tenant).groups
    assert (entry.group.tenant_id, entry.group.name, entry.members) == (tenant, "售后", group.members)
    for change in (
        lambda: store.groups.create(tenant, "售前", "random", [], by="x"),
        lambda: store.groups.update(tenant, group.group.id, 1, name="x", strategy="random", members=[], by="x"),
        lambda: store.groups.delete(tenant, group.group.id, 2),
    ):
        before = store.directory.revision()
        change()
        assert store.directory.revision() == before + 1


def test_another_tenant_sees_and_changes_none_of_it(store, tenant, other, group):
    assert (store.groups.page(other).total, store.groups.all(other)) == (0, [])
    for attempt in (
        lambda: store.groups.get(other, group.group.id),
        lambda: store.groups.delete(other, group.group.id, 1),
        lambda: store.groups.update(other, group.group.id, 1, name="x", strategy="random", members=[], by="x"),
    ):
        with pytest.raises(NotFound):
            attempt()
    with pytest.raises(BadValue):
        store.groups.create(other, "售后", "random", [Membership("801")], by="x")
