"""Where an extension's calls go."""

from __future__ import annotations

import pytest

from interpreter.calls import forwarding as calls
from store import Store, forwarding
from store.errors import BadValue, Stale
from store.forwarding import Destination, Forwarding, forwarding_of


@pytest.fixture
def phone(store: Store):
    tenant = store.tenants.create("甲公司").id
    return store.extensions.create(tenant, "801", "", ha1_md5="m", ha1_sha256="s", by="t")


def test_a_new_extension_rings_its_telephones(store: Store, phone):
    assert forwarding_of(store.extensions.get(phone.tenant_id, phone.id)) == Forwarding([], {})


def test_what_is_wanted_is_kept_as_it_is_dialled(store: Store, phone):
    wanted = Forwarding(
        [Destination(), Destination("139-0013-9000", together=True), Destination("802", accept=False)],
        {"busy": "+86 10 6552 9988", "offline": " ", "no_answer": "803"}, True, 15,
    )  # fmt: skip
    before = store.directory.revision()
    kept = store.extensions.forward(phone.tenant_id, phone.id, 1, forwarding=wanted, by="t")
    assert forwarding_of(kept) == Forwarding(
        [Destination(), Destination("13900139000", together=True), Destination("802", accept=False)],
        {"busy": "01065529988", "no_answer": "803"}, True, 15,
    )  # fmt: skip
    assert store.directory.revision() > before
    assert store.extensions.forward(phone.tenant_id, phone.id, 2, forwarding=wanted, by="t").revision == 2
    with pytest.raises(Stale):
        store.extensions.forward(phone.tenant_id, phone.id, 1, forwarding=Forwarding(), by="t")
    alone = store.extensions.forward(phone.tenant_id, phone.id, 2, forwarding=Forwarding([Destination()]), by="t")
    assert alone.destinations == [], "its telephones, as usual"


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Forwarding([Destination(str(n)) for n in range(802, 808)]), "destinations"),
        (Forwarding([Destination(), *(Destination(str(n), together=True) for n in (802, 803, 804))]), "destinations"),
        (Forwarding([Destination("802"), Destination("8-0-2")]), "destinations"),
        (Forwarding([Destination("801")]), "destinations"),
        (Forwarding([Destination("boss")]), "destinations"),
        (Forwarding(forwards={"sometimes": "802"}), "forwards"),
        (Forwarding(forwards={"always": "110"}), "forwards.always"),
        (Forwarding(forwards={"busy": "801"}), "forwards.busy"),
        (Forwarding(ring_seconds=4), "ring_seconds"),
        (Forwarding(ring_seconds=121), "ring_seconds"),
    ],
)
def test_what_cannot_be_is_refused(store: Store, phone, wanted: Forwarding, field: str):
    with pytest.raises(BadValue) as refused:
        store.extensions.forward(phone.tenant_id, phone.id, 1, forwarding=wanted, by="t")
    assert refused.value.field == field
    assert store.extensions.get(phone.tenant_id, phone.id).revision == 1


def test_three_together_may_ring_twice(store: Store, phone):
    rows = [Destination(), *(Destination(str(n), together=n != 804) for n in (802, 803, 804, 805))]
    kept = store.extensions.forward(phone.tenant_id, phone.id, 1, forwarding=Forwarding(rows), by="t")
    assert [row["together"] for row in kept.destinations] == [False, True, True, False, True]


def test_a_telephone_switches_do_not_disturb_whatever_is_saved_meanwhile(store: Store, phone):
    store.extensions.forward(phone.tenant_id, phone.id, 1, forwarding=Forwarding(forwards={"busy": "802"}), by="t")
    assert store.extensions.set_do_not_disturb(phone.tenant_id, "801", True, by="801")
    kept = store.extensions.get(phone.tenant_id, phone.id)
    assert (kept.do_not_disturb, kept.forwards, kept.revision) == (True, {"busy": "802"}, 3)
    assert store.extensions.set_do_not_disturb(phone.tenant_id, "801", True, by="801")
    assert store.extensions.get(phone.tenant_id, phone.id).revision == 3, "it was so already"
    assert not store.extensions.set_do_not_disturb(phone.tenant_id, "809", True, by="809")
    assert not store.extensions.set_do_not_disturb("another", "801", False, by="801")


def test_store_and_calls_speak_of_the_same_limits():
    assert (forwarding.MOST_DESTINATIONS, forwarding.MOST_TOGETHER) == (calls.MOST_DESTINATIONS, calls.MOST_TOGETHER)
