"""The platform gives numbers; what one tenant claims never takes another's calls, nor tells of it."""

from __future__ import annotations

import pytest

from store import Duplicate, Store
from store.errors import GivenElsewhere, NotGiven
from store.models import Number

NUMBER = "4001234567"


def bound(store: Store) -> dict[str, str]:
    """Digits -> tenant, as calls find them."""
    tenants = [store.directory.load(tenant) for tenant in store.directory.revisions()]
    return {number.digits: number.tenant_id for tenant in tenants for number in tenant.numbers}


def bind(store: Store, number: Number) -> None:
    flow = store.flows.create(number.tenant_id, "流程", {}, by="小王")
    store.flows.publish(number.tenant_id, flow.id, 1, prompts={}, note="", by="小王")
    store.numbers.update(
        number.tenant_id, number.id, number.revision, flow_id=flow.id, version=1, enabled=True, by="小王"
    )


def test_the_only_tenant_has_what_it_asks_for(store: Store, tenant: str) -> None:
    number = store.numbers.ask(tenant, NUMBER, by="小王")
    assert number.given
    assert list(bound(store).values()) == [tenant]
    bind(store, number)


def test_a_number_that_is_asked_for_answers_no_call(store: Store, tenant: str, other: str) -> None:
    number = store.numbers.ask(tenant, NUMBER, by="小王")
    assert not number.given
    assert bound(store) == {}
    with pytest.raises(NotGiven):
        bind(store, number)
    before = store.directory.revision()
    given = store.numbers.create(tenant, "400-123-4567", by="平台")
    assert (given.id, given.given) == (number.id, True)
    assert list(bound(store).values()) == [tenant]
    assert store.directory.revision() > before
    with pytest.raises(Duplicate):
        store.numbers.ask(tenant, NUMBER, by="小王")


def test_asking_for_another_tenants_number_changes_and_tells_nothing(store: Store, tenant: str, other: str) -> None:
    bind(store, store.numbers.create(tenant, NUMBER, by="平台"))
    free, taken = (store.numbers.ask(other, text, by="小李") for text in ("4007654321", NUMBER))
    assert not free.given
    assert not taken.given
    assert list(bound(store).values()) == [tenant]
    assert [(number.text, name) for number, name in store.numbers.asked()] == [
        (taken.text, "别的企业"), (free.text, "别的企业"),
    ]  # fmt: skip
    with pytest.raises(GivenElsewhere) as refused:
        store.numbers.create(other, NUMBER, by="平台")
    assert "演示企业" in refused.value.message("zh-CN"), "the platform may know"


def test_a_number_that_was_taken_back_can_be_given_again(store: Store, tenant: str, other: str) -> None:
    store.numbers.create(tenant, NUMBER, by="平台")
    store.numbers.ask(other, NUMBER, by="小李")
    assert store.numbers.take("+86 400 123 4567") == "演示企业"
    assert bound(store) == {}
    assert store.numbers.take(NUMBER) is None, "asked for is not given"
    store.numbers.create(other, NUMBER, by="平台")
    assert list(bound(store).values()) == [other]
