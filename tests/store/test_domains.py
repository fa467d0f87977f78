"""Whose telephones are whose: realms, domains, the default tenant, and what extensions may share a number."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from store import BadValue, Duplicate, Store, migrate, open_store
from store.domains import SIP_REALM
from store.schema import _config


def extension(store: Store, tenant: str, number: str = "801"):
    return store.extensions.create(tenant, number, "", ha1_md5="0" * 32, ha1_sha256="1" * 64, by="admin")


def make_old(url: str) -> None:
    """As if all tenants had been there before realms were."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE tenants SET realm = 'zongji'"))
    engine.dispose()


def test_an_upgrade_keeps_the_realm_that_secrets_were_made_with(empty_url):
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        command.upgrade(_config(connection), "0012")
        connection.execute(text(
            "INSERT INTO tenants (id, name, timezone, created_at) VALUES ('t', 'old', 'UTC', '2026-01-01 00:00:00')"
        ))  # fmt: skip
    engine.dispose()
    migrate(empty_url)
    store = open_store(empty_url)
    assert (store.tenants.get("t").realm, store.tenants.get("t").domain) == (SIP_REALM, None)
    store.close()


def test_the_first_tenant_has_the_old_realm_and_each_other_its_own(store):
    made = [store.tenants.create(name) for name in ("a", "b", "c")]
    assert made[0].realm == SIP_REALM
    assert len({tenant.realm for tenant in made}) == 3


def test_the_first_is_the_default_until_another_is_chosen(store, clock):
    assert store.tenants.default() is None
    first = store.tenants.create("z").id
    clock.forward(minutes=1)
    second = store.tenants.create("a").id
    assert store.tenants.default().id == first
    before = store.directory.revision()
    store.tenants.set_default(second)
    assert store.tenants.default().id == second
    assert store.directory.revision() > before, "the runtime must see it"


@pytest.mark.parametrize(
    ("typed", "kept"), [("PBX.Example.cn.", "pbx.example.cn"), ("acme", "acme"), ("xn--fiq228c.cn", "xn--fiq228c.cn")]
)
def test_a_domain_is_kept_as_it_is_compared(store, tenant, typed, kept):
    before = store.directory.revision()
    assert store.tenants.set_domain(tenant, typed).domain == kept
    assert store.directory.revision() > before
    assert store.tenants.set_domain(tenant, None).domain is None


@pytest.mark.parametrize(
    "typed",
    ["", "192.0.2.1", "[2001:db8::1]", "a..b", "-a.cn", "a b", "a_b.cn", "localhost", "企业.cn", "a.1", "a" * 64],
)
def test_what_is_no_domain_is_told(store, tenant, typed):
    with pytest.raises(BadValue) as refused:
        store.tenants.set_domain(tenant, typed)
    assert refused.value.field == "domain"


def test_a_domain_is_one_tenants(store, tenant, other):
    store.tenants.set_domain(tenant, "pbx.example.cn")
    with pytest.raises(Duplicate, match=r"pbx\.example\.cn"):
        store.tenants.set_domain(other, "pbx.example.cn")
    store.tenants.set_domain(tenant, "pbx.example.cn")
    store.tenants.set_domain(tenant, None)
    store.tenants.set_domain(other, "pbx.example.cn")


def test_tenants_with_realms_of_their_own_share_numbers(store, tenant, other):
    extension(store, tenant)
    extension(store, other)
    assert [len(store.extensions.all(owner)) for owner in (tenant, other)] == [1, 1]


def test_telephones_that_only_their_number_tells_apart_share_none(url, store, tenant, other):
    """Two tenants that are older than domains: their telephones name the server's address."""
    make_old(url)
    extension(store, tenant)
    with pytest.raises(Duplicate) as taken:
        extension(store, other)
    assert "在本系统内不可用" in taken.value.message("zh-CN")
    assert "企业" not in taken.value.message("zh-CN")
    assert "choose another one" in taken.value.message("en")
    assert "company" not in taken.value.message("en")
    mine = extension(store, other, "802")
    digests = {"ha1_md5": "2" * 32, "ha1_sha256": "3" * 64}
    with pytest.raises(Duplicate, match="choose another one"):
        store.extensions.renumber(other, mine.id, 1, number="801", name="", **digests, by="admin")
    assert store.extensions.renumber(other, mine.id, 1, number="802", name="", **digests, by="admin").revision == 2
    store.tenants.set_domain(other, "pbx.example.cn")
    extension(store, other)
    with pytest.raises(BadValue, match="801"):
        store.tenants.set_domain(other, None)
    with pytest.raises(BadValue, match="801"):
        store.tenants.set_default(other)
    store.tenants.set_domain(tenant, "first.example.cn")
    store.tenants.set_default(other)
