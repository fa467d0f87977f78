"""What a tenant's telephones do by dialling, as it is kept."""

from __future__ import annotations

import pytest

from store import BadValue, Stale
from store.pins import hash_pin, pin_fits


@pytest.fixture
def phones(store, tenant):
    return [
        store.extensions.create(tenant, number, "", ha1_md5="0" * 32, ha1_sha256="0" * 64, by="t")
        for number in ("801", "802")
    ]


def test_before_anybody_chose(store, tenant):
    entry = store.exchange.get(tenant)
    assert (entry.settings.revision, entry.settings.codes, entry.operators, entry.settings.pin) == (0, {}, (), "")


def test_it_is_kept_and_counted_up(store, tenant, phones):
    store.exchange.put(tenant, 0, codes={"park": "*70"}, operators=["802"], pin="2468", by="t")
    entry = store.exchange.get(tenant)
    assert (entry.settings.revision, entry.settings.codes, entry.operators) == (1, {"park": "*70"}, ("802",))
    assert pin_fits(entry.settings.pin, "2468")
    assert "2468" not in entry.settings.pin
    store.exchange.put(tenant, 1, codes={}, operators=[], by="t")
    assert pin_fits(store.exchange.get(tenant).settings.pin, "2468"), "it stays where nothing is said of it"
    store.exchange.put(tenant, 2, codes={}, operators=[], pin="", by="t")
    assert store.exchange.get(tenant).settings.pin == ""
    assert store.directory.load(tenant).exchange.settings.revision == 3


def test_a_stale_change_is_refused(store, tenant):
    store.exchange.put(tenant, 0, codes={}, operators=[], by="t")
    with pytest.raises(Stale):
        store.exchange.put(tenant, 0, codes={"park": ""}, operators=[], by="u")


def test_who_gets_a_freed_number_gets_no_right(store, tenant, phones):
    store.exchange.put(tenant, 0, codes={}, operators=["802"], by="t")
    store.extensions.delete(tenant, phones[1].id, phones[1].revision)
    store.extensions.create(tenant, "802", "", ha1_md5="0" * 32, ha1_sha256="0" * 64, by="t")
    assert store.exchange.get(tenant).operators == ()


def test_an_operator_that_is_none(store, tenant, phones):
    with pytest.raises(BadValue, match="899"):
        store.exchange.put(tenant, 0, codes={}, operators=["802", "899"], by="t")


def test_pins():
    kept = hash_pin("1234")
    assert pin_fits(kept, "1234")
    assert not pin_fits(kept, "1235")
    assert not pin_fits("", "")
    assert not pin_fits("sha256$$", "")
    assert hash_pin("1234") != kept
