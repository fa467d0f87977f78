from __future__ import annotations

import hashlib

import pytest

from interpreter.sip.digest import make_ha1
from store import Duplicate, Store
from store.seed import create_demo, create_tenant, new_secret

DOCUMENT = {"format": "zongji.flow/1", "name": "演示流程", "nodes": [], "edges": []}


def demo(store: Store):
    return create_demo(
        store,
        DOCUMENT,
        hash_password=lambda password: f"hash of {password}",
        make_digests=make_ha1,
        resolve=lambda tenant, document: {"file:welcome.wav": "a" * 64},
        drafts=[{**DOCUMENT, "name": "排队"}],
    )


def test_the_demo_tenant_is_ready_for_a_call(store: Store):
    credentials = demo(store)
    [number] = store.directory.load(credentials.tenant_id).numbers
    assert (number.digits, number.flow_name, number.version) == ("864001234567", "演示流程", 1)
    version = store.flows.version(credentials.tenant_id, number.flow_id, 1)
    assert (version.document, version.prompts) == (DOCUMENT, {"file:welcome.wav": "a" * 64})
    admin = store.users.for_sign_in("admin")
    assert (admin.role, admin.password_hash) == ("administrator", f"hash of {credentials.password}")
    phones = store.extensions.all(credentials.tenant_id)
    assert [(phone.number, phone.name) for phone in phones] == [
        ("801", "销售小王"),
        ("802", "售后小李"),
        ("803", "前台小张"),
    ]
    [group] = store.groups.all(credentials.tenant_id)
    assert (group.group.name, [member.number for member in group.members]) == ("售后", ["801", "802", "803"])
    assert {name for name, _ in store.flows.documents(credentials.tenant_id)} == {"排队", "演示流程"}
    for phone in phones:
        text = f"{phone.number}:zongji:{credentials.extensions[phone.number]}".encode()
        assert phone.ha1_md5 == hashlib.md5(text).hexdigest()
        assert phone.ha1_sha256 == hashlib.sha256(text).hexdigest()


def test_the_demo_is_made_once_or_not_at_all(store: Store):
    demo(store)
    with pytest.raises(Duplicate):
        demo(store)
    assert len(store.tenants.all()) == 1


def test_no_tenant_without_its_administrator(store: Store):
    create_tenant(store, "甲", admin="admin", password_hash="x")
    with pytest.raises(Duplicate):
        create_tenant(store, "乙", admin="admin", password_hash="x")
    assert [tenant.name for tenant in store.tenants.all()] == ["甲"]


def test_secrets_differ_and_have_no_lookalikes():
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert not set("".join(secrets)) & set("iloIO01")
