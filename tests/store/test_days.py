"""Days that are not as the calendar has them: the installation's, a tenant's own, and what an import does to them."""

from __future__ import annotations

from datetime import date

import pytest

from store import BadValue, NotFound, Stale
from store.records import Day, ImportedDays

MAY_DAY = Day(date(2027, 5, 3), False, "劳动节", "notice")
MAKE_UP = Day(date(2027, 5, 8), True, "劳动节", "notice")
STOCKTAKING = Day(date(2027, 5, 3), True, "盘点", "own")


@pytest.fixture
def tenant(store):
    return store.tenants.create("演示企业").id


@pytest.fixture
def other(store):
    return store.tenants.create("另一家").id


def table(store, tenant):
    return {date.fromordinal(day).isoformat(): worked for day, worked in store.days.read(tenant).table.items()}


def test_a_tenant_begins_without_days(store, tenant):
    found = store.days.read(tenant)
    assert (found.revision, found.table, found.announced) == (0, {}, frozenset())


def test_days_are_the_tenants_alone_and_the_runtime_hears_of_them(store, tenant, other):
    before = store.directory.revision()
    assert store.days.put(tenant, 0, [MAY_DAY, MAKE_UP], by="小王") == ImportedDays(added=2)
    assert store.directory.revision() > before
    assert table(store, tenant) == {"2027-05-03": False, "2027-05-08": True}
    assert store.days.read(tenant).announced == {MAY_DAY.day.toordinal(), MAKE_UP.day.toordinal()}
    assert store.days.read(other).own == []
    assert store.directory.load(tenant).days.table == store.days.read(tenant).table
    assert store.directory.load(other).days.table == {}


def test_the_tenants_day_goes_before_the_installations(store, tenant, other):
    store.days.put_public([MAY_DAY], by="cli")
    assert table(store, tenant) == {"2027-05-03": False}
    store.days.replace(tenant, 0, STOCKTAKING, by="小王")
    assert table(store, tenant) == {"2027-05-03": True}
    assert table(store, other) == {"2027-05-03": False}
    store.days.remove(tenant, 1, STOCKTAKING.day, by="小王")
    assert table(store, tenant) == {"2027-05-03": False}


def test_an_announcement_leaves_what_the_tenant_decided(store, tenant):
    store.days.replace(tenant, 0, STOCKTAKING, by="小王")
    assert store.days.put(tenant, 1, [MAY_DAY, MAKE_UP], by="小王") == ImportedDays(added=1, kept=1)
    assert table(store, tenant) == {"2027-05-03": True, "2027-05-08": True}
    corrected = Day(MAKE_UP.day, True, "劳动节调休", "notice")
    assert store.days.put(tenant, 2, [MAY_DAY, corrected], by="小王") == ImportedDays(changed=1, kept=1)
    assert store.days.put(tenant, 3, [corrected], by="小王") == ImportedDays(unchanged=1)


def test_every_write_is_based_on_the_present_revision(store, tenant):
    store.days.put(tenant, 0, [MAY_DAY], by="小王")
    for write in (
        lambda: store.days.put(tenant, 0, [MAKE_UP], by="小李"),
        lambda: store.days.replace(tenant, 0, STOCKTAKING, by="小李"),
        lambda: store.days.remove(tenant, 2, MAY_DAY.day, by="小李"),
    ):
        with pytest.raises(Stale) as stale:
            write()
        assert (stale.value.saved_by, stale.value.revision) == ("小王", 1)
    assert table(store, tenant) == {"2027-05-03": False}


@pytest.mark.parametrize("bad", [Day(date(1999, 1, 1), True, "", "own"), Day(date(2027, 1, 1), True, "长" * 51, "own")])
def test_of_days_that_cannot_be_nothing_is_kept(store, tenant, bad):
    with pytest.raises(BadValue):
        store.days.put(tenant, 0, [MAY_DAY, bad], by="小王")
    with pytest.raises(BadValue):
        store.days.put_public([MAY_DAY, bad], by="cli")
    assert store.days.read(tenant).revision == 0
    assert store.days.public() == []


def test_a_day_that_is_not_there_cannot_go(store, tenant):
    with pytest.raises(NotFound):
        store.days.remove(tenant, 0, MAY_DAY.day, by="小王")
    with pytest.raises(NotFound):
        store.days.remove_public(MAY_DAY.day)
    assert store.days.read(tenant).revision == 0


def test_the_installations_days_come_and_go(store):
    assert store.days.put_public([MAKE_UP, MAY_DAY], by="cli") == ImportedDays(added=2)
    store.days.remove_public(MAKE_UP.day)
    assert [row.day for row in store.days.public()] == [MAY_DAY.day]


def test_the_switch_of_a_number_says_who_set_it_when(store, tenant, clock):
    number = store.numbers.create(tenant, "4001234567", by="小王")
    assert (number.switch, number.switched_by) == ("auto", None)
    before, at = store.directory.revision(), clock.forward(hours=1)
    entry = store.numbers.set_switch(tenant, number.id, 1, "night", by="小李")
    assert (entry.number.switch, entry.number.switched_by, entry.number.switched_at) == ("night", "小李", at)
    assert store.directory.revision() > before
    assert [bound.switch for bound in store.directory.load(tenant).numbers] == ["night"]
    with pytest.raises(Stale):
        store.numbers.set_switch(tenant, number.id, 1, "auto", by="小王")
    kept = store.numbers.update(tenant, number.id, 2, flow_id=None, version=None, enabled=False, by="小王")
    assert (kept.number.switch, kept.number.switched_by) == ("night", "小李")
