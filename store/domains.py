"""Whose telephone it is: each tenant's realm and domain, and what follows for the numbers of its extensions.

A telephone belongs to the tenant whose ``domain`` it names: as the host of To where it registers, of From where it
calls. Most name the server's address, which is nobody's domain: they are the *default* tenant's, and then of those
tenants of its realm that were here before tenants had domains. So the extensions of tenants that are found *by number
alone* share one numbering, and those of all others are their own business.

The ``realm`` is what digests are made with (RFC 7616 section 3.4.2). It never changes, for every secret would with it.
"""

from __future__ import annotations

import re
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from store.errors import BadValue, TakenElsewhere
from store.models import Extension, Meta, Tenant

SIP_REALM = "zongji"
"""Of the first tenant of an installation, and of all that are older than realms of their own."""

DEFAULT_TENANT = "default_tenant"
"""Key of the database's own notes: the id of the tenant that was chosen, absent while it is the first."""

LONGEST_DOMAIN = 253

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)*(?!localhost\Z)(?![0-9]+\Z){_LABEL}")
"""A host name (RFC 1123 section 2.1): its last label is not all digits, so that no address is one."""


def new_realm(session: Session) -> str:
    """For a tenant that is about to be made."""
    first = session.scalar(select(Tenant.id).limit(1)) is None
    return SIP_REALM if first else f"{SIP_REALM}-{secrets.token_hex(4)}"


def checked_domain(text: str) -> str:
    """In lower case, without a dot at its end. Raises BadValue."""
    domain = text.strip().lower().removesuffix(".")
    if len(domain) > LONGEST_DOMAIN or not _DOMAIN.fullmatch(domain):
        zh = f"SIP 域名应形如 pbx.example.cn，不能是 IP 地址：{text}"
        raise BadValue("domain", zh, f"a SIP domain is a host name such as pbx.example.cn, no address: {text}")
    return domain


def default_tenant(session: Session) -> Tenant | None:
    """Whose telephones are that name no domain of ours; None while there is no tenant."""
    chosen = session.scalar(select(Meta.value).where(Meta.key == DEFAULT_TENANT))
    found = session.get(Tenant, chosen) if chosen else None
    return found or session.scalars(select(Tenant).order_by(Tenant.created_at, Tenant.id).limit(1)).first()


def by_number_alone(session: Session) -> list[Tenant]:
    """The tenants of telephones that name no domain of ours, in the order in which they are asked.

    The default; then those of its realm without a domain; then the others of it, so that telephones which do not know
    their tenant's new domain yet go on.
    """
    default = default_tenant(session)
    if default is None:
        return []
    others = select(Tenant).where(Tenant.realm == default.realm, Tenant.id != default.id)
    others = others.order_by(Tenant.domain.is_not(None), Tenant.created_at, Tenant.id)
    return [default, *session.scalars(others)]


def check_number_free(session: Session, tenant_id: str, number: str) -> None:
    """Raise TakenElsewhere where two telephones could not be told apart by number alone."""
    sharing = _sharing(session)
    if tenant_id not in sharing:
        return
    taken = select(Extension.id).where(
        Extension.number == number, Extension.tenant_id.in_(sharing), Extension.tenant_id != tenant_id
    )
    if session.scalar(taken.limit(1)) is not None:
        raise TakenElsewhere(number)


def check_apart(session: Session) -> None:
    """Raise BadValue where tenants that are found by number alone have come to share one."""
    one, other = aliased(Extension), aliased(Extension)
    sharing = _sharing(session)
    same = select(one.number).join(other, (one.number == other.number) & (one.tenant_id < other.tenant_id))
    both = session.scalar(same.where(one.tenant_id.in_(sharing), other.tenant_id.in_(sharing)).limit(1))
    if both is not None:
        zh = f"另一家企业也有分机 {both}，没有域名就分不清话机是谁的"
        raise BadValue("domain", zh, f"another tenant has an extension {both}, too: only a domain tells them apart")


def _sharing(session: Session) -> list[str]:
    """Ids of the tenants whose extensions need numbers apart from one another's."""
    found = by_number_alone(session)
    return [t.id for t in found[:1]] + [t.id for t in found[1:] if t.domain is None]
