"""The first tenant of an installation, and the demo tenant with everything a first call needs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from store.models import Flow, FlowVersion, Tenant
from store.permissions import ADMINISTRATOR
from store.records import Document, Membership
from store.store import Store

DEMO_TENANT = "演示企业"
DEMO_NUMBER = "4001234567"
DEMO_EXTENSIONS = (("801", "销售小王"), ("802", "售后小李"), ("803", "前台小张"))
DEMO_GROUP = "售后"
"""All of the extensions: whoever has been idle longest."""

_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the characters that people take for one another: i l o I O 0 1."""


class Digests(Protocol):
    """What is stored in a secret's place (RFC 7616 section 3.4.2); hex."""

    @property
    def md5(self) -> str: ...
    @property
    def sha256(self) -> str: ...


MakeDigests = Callable[[str, str, str], Digests]
"""(number, realm, secret) -> digests; the SIP room has it."""


@dataclass(frozen=True, slots=True)
class DemoCredentials:
    """The only time that these secrets are readable: show them, keep none of them in a log.

    extensions: number -> SIP secret.
    """

    tenant_id: str
    user: str
    password: str
    number: str
    extensions: dict[str, str]


def new_secret(length: int = 16) -> str:
    """A random password that can be read out over the telephone; 5.8 bits per character."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def create_tenant(
    store: Store,
    name: str,
    *,
    admin: str,
    password_hash: str,
    timezone: str = "Asia/Shanghai",
    extension_length: int | None = None,
) -> Tenant:
    """A tenant with its first administrator; both or neither. Raises Duplicate, BadValue."""
    with store.transaction():
        tenant = store.tenants.create(name, timezone, extension_length)
        store.users.create(tenant.id, admin, password_hash=password_hash, role=ADMINISTRATOR, by=admin)
    return tenant


def create_demo(
    store: Store,
    document: Document,
    *,
    hash_password: Callable[[str], str],
    make_digests: MakeDigests,
    resolve: Callable[[str, Document], dict[str, str]],
    drafts: Sequence[Document] = (),
) -> DemoCredentials:
    """The demo tenant: administrator, three extensions and their group, one number bound to ``document``, published.

    hash_password: the designer's argon2. resolve(tenant id, document): the version's prompt table. drafts: of further
    flows, to be looked at.
    All of it or nothing. Raises Duplicate where the demo tenant exists already.
    """
    password = new_secret(12)
    with store.transaction():
        tenant = create_tenant(
            store, DEMO_TENANT, admin="admin", password_hash=hash_password(password), extension_length=3
        )
        phones = {
            number: _create_extension(store, tenant, number, name, make_digests) for number, name in DEMO_EXTENSIONS
        }
        members = [Membership(extension) for extension, _ in DEMO_EXTENSIONS]
        store.groups.create(tenant.id, DEMO_GROUP, "longest_idle", members, by="admin")
        for draft in drafts:
            store.flows.create(tenant.id, str(draft["name"]), draft, by="admin")
        version = publish_new(store, tenant.id, document, resolve(tenant.id, document), by="admin")
        number = store.numbers.create(tenant.id, DEMO_NUMBER, by="admin")
        store.numbers.update(
            tenant.id,
            number.id,
            number.revision,
            flow_id=version.flow_id,
            version=version.number,
            enabled=True,
            by="admin",
        )
    return DemoCredentials(tenant.id, "admin", password, DEMO_NUMBER, phones)


def publish_new(
    store: Store, tenant: str, document: Document, prompts: dict[str, str], *, by: str, note: str = "演示"
) -> FlowVersion:
    """A new flow, named as its document says, and its first version."""
    flow: Flow = store.flows.create(tenant, str(document["name"]), document, by=by)
    return store.flows.publish(tenant, flow.id, flow.revision, prompts=prompts, note=note, by=by)


def _create_extension(store: Store, tenant: Tenant, number: str, name: str, make_digests: MakeDigests) -> str:
    secret = new_secret()
    digests = make_digests(number, tenant.realm, secret)
    store.extensions.create(tenant.id, number, name, ha1_md5=digests.md5, ha1_sha256=digests.sha256, by="admin")
    return secret
