"""What the page shows, its own search finds: numbers as they are written somewhere, whole or in part."""

from __future__ import annotations

import pytest

from store import Query, Store
from support.call_records import call, with_files

TYPED = [
    "400-123-0001", "400-123", "123-0001", "4001230001", "+864001230001", "+86 400-123", "0086 400 123 0001",
    "４００－１２３－０００１", "400–123–0001", "\u202d400-123-0001\u202c",
]  # fmt: skip


@pytest.fixture
def bound(store: Store, tenant):
    """400-123-0001 answered by the flow 主流程, beside 010-6552 9988 that nothing is bound to."""
    flow = store.flows.create(tenant, "主流程", {"name": "主流程"}, by="t")
    store.flows.create(tenant, "夜间", {"name": "夜间"}, by="t")
    store.flows.publish(tenant, flow.id, 1, prompts={}, note="", by="t")
    number = store.numbers.create(tenant, "4001230001", by="t")
    store.numbers.update(tenant, number.id, 1, flow_id=flow.id, version=1, enabled=True, by="t")
    store.numbers.create(tenant, "010-65529988", by="t")


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize("typed", TYPED)
def test_a_number_and_the_flow_that_answers_it(store: Store, tenant, typed):
    query = Query(q=typed)
    assert [entry.number.digits for entry in store.numbers.page(tenant, query).items] == ["864001230001"]
    assert [entry.flow.name for entry in store.flows.page(tenant, query).items] == ["主流程"]


@pytest.mark.usefixtures("bound")
def test_a_number_is_found_by_the_name_of_its_flow(store: Store, tenant):
    assert [entry.number.digits for entry in store.numbers.page(tenant, Query(q="主流")).items] == ["864001230001"]


@pytest.mark.parametrize("typed", ["010-6552 9988", "010-6552", "10-6552", "6552 9988", "+86 10 6552", "+86 010-6552"])
def test_a_landline_in_calls_and_messages(store: Store, tenant, typed):
    store.calls.write([with_files(tenant, caller="861065529988"), call(tenant, caller="anonymous")])
    assert [item.caller for item in store.calls.page(tenant, Query(q=typed)).items] == ["861065529988"]
    assert [item.caller for item in store.voicemails.page(tenant, Query(q=typed)).items] == ["861065529988"]


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("8613911112222", "139 1111 2222"),
        ("8613911112222", "139-1111"),
        ("862195588", "021-95588"),
        ("021110", "021-110"),
        ("16502530000", "+1 650 253"),
        ("16502530000", "001650"),
        ("86700123456789012", "700 1234 5678 9012"),
        ("anonymous", "Anonym"),
    ],
)
def test_callers_of_every_kind(store: Store, tenant, kept, typed):
    store.calls.write([call(tenant, caller=kept), call(tenant, caller="8618888888888"), call(tenant, answered_by=kept)])
    found = store.calls.page(tenant, Query(q=typed, sort="caller")).items
    assert sorted(item.caller if item.caller == kept else str(item.answered_by) for item in found) == [kept, kept]


def test_extensions(store: Store, tenant):
    for number in ("801", "802"):
        store.extensions.create(tenant, number, "坐席", ha1_md5="", ha1_sha256="", by="t")
    assert [item.number for item in store.extensions.page(tenant, Query(q="８０１")).items] == ["801"]


@pytest.mark.usefixtures("bound")
def test_another_tenant_finds_nothing(store: Store):
    other = store.tenants.create("另一家").id
    for typed in (*TYPED, "主流"):
        assert store.numbers.page(other, Query(q=typed)).total == 0
        assert store.flows.page(other, Query(q=typed)).total == 0
