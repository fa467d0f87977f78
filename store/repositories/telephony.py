"""Extensions, where they are registered, and trunks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from ipaddress import IPv4Network

from sqlalchemy import Select, and_, delete, select
from sqlalchemy.orm import Session

from store.audit import Details, Thing
from store.calling import Outside, check_no_emergency, checked_outside
from store.domains import check_number_free
from store.errors import BadValue, InUse
from store.forwarding import Forwarding, forwarding_of, put_forwarding
from store.ids import new_id
from store.models import Extension, ExtensionGroup, GroupMember, Registration, Tenant, Trunk
from store.records import FIRST, Binding, Paged, Query, Use
from store.repositories.base import Repository, based_on, owned, page_of, stamp, unique

EXTENSION_NUMBER = re.compile(r"[0-9]{1,6}")
ADDRESS = re.compile(r"(?P<host>[^\s:/@]+|\[[0-9a-fA-F:.]+\])(?::(?P<port>[0-9]{1,5}))?")


class ExtensionRepository(Repository):
    """Secrets never come here: the caller hands over the digests and shows the secret once."""

    def create(self, tenant: str, number: str, name: str, *, ha1_md5: str, ha1_sha256: str, by: str) -> Extension:
        """Raises Duplicate (TakenElsewhere: see ``store.domains``), BadValue (not 1-6 digits, not the fixed length)."""
        extension = Extension(
            tenant_id=tenant,
            id=new_id(),
            number=number,
            name=name,
            ha1_md5=ha1_md5,
            ha1_sha256=ha1_sha256,
            revision=1,
            updated_by=by,
            updated_at=self._db.clock(),
        )
        with self._db.write() as session, unique("extension", "number", number):
            _check_number(number, session.get(Tenant, tenant))
            check_no_emergency(number)
            self._db.touch_directory(session, tenant)  # first, for it lets one writer in at a time
            check_number_free(session, tenant, number)
            session.add(extension)
            session.flush()
            self._note(session, tenant, "extension.create", _extension(extension))
        return extension

    def get(self, tenant: str, extension_id: str) -> Extension:
        with self._db.read() as session:
            return owned(session, Extension, "extension", tenant, extension_id)

    def page(self, tenant: str, query: Query = FIRST) -> Paged[Extension]:
        with self._db.read() as session:
            return page_of(
                session,
                select(Extension).where(Extension.tenant_id == tenant),
                query,
                search=(Extension.name,),
                numbers=(Extension.number,),
                sorts={
                    "id": Extension.id,
                    "number": Extension.number,
                    "name": Extension.name,
                    "updated_at": Extension.updated_at,
                },
                default="number",
            )

    def all(self, tenant: str) -> list[Extension]:
        """All of the tenant's extensions by number, for checks and choices."""
        with self._db.read() as session:
            statement = select(Extension).where(Extension.tenant_id == tenant)
            return list(session.scalars(statement.order_by(Extension.number)))

    def rename(self, tenant: str, extension_id: str, revision: int, *, name: str, by: str) -> Extension:
        """Raises NotFound, Stale."""
        with self._db.write() as session:
            extension = owned(session, Extension, "extension", tenant, extension_id, lock=True)
            based_on(extension, revision)
            self._note(session, tenant, "extension.change", _extension(extension), {"name": name})
            extension.name = name
            stamp(self._db, extension, by)
            self._db.touch_directory(session, tenant)
        return extension

    def allow(self, tenant: str, extension_id: str, revision: int, *, outside: Outside, by: str) -> Extension:
        """Whom it may call outside; nothing changes where that is so already. Raises NotFound, Stale, BadValue."""
        with self._db.write() as session:
            extension = owned(session, Extension, "extension", tenant, extension_id, lock=True)
            based_on(extension, revision)
            kept = checked_outside(session, tenant, outside)
            if kept == Outside(extension.calls, extension.countries, extension.shown_number):
                return extension
            extension.calls, extension.countries = kept.calls, list(kept.countries)
            extension.shown_number = kept.shown_number
            stamp(self._db, extension, by)
            self._db.touch_directory(session, tenant)
            details = {"calls": kept.calls, "countries": list(kept.countries), "shown_number": kept.shown_number}
            self._note(session, tenant, "extension.allow", _extension(extension), details)
        return extension

    def forward(self, tenant: str, extension_id: str, revision: int, *, forwarding: Forwarding, by: str) -> Extension:
        """Where its calls go; nothing changes where that is so already. Raises NotFound, Stale, BadValue."""
        with self._db.write() as session:
            extension = owned(session, Extension, "extension", tenant, extension_id, lock=True)
            based_on(extension, revision)
            self._forward(session, extension, forwarding, by)
        return extension

    def set_do_not_disturb(self, tenant: str, number: str, wanted: bool, *, by: str) -> bool:
        """As its telephone asks for, at whatever revision; whether there is such an extension."""
        with self._db.write() as session:
            of_number = select(Extension).where(Extension.tenant_id == tenant, Extension.number == number)
            extension = session.scalars(of_number.with_for_update()).one_or_none()
            if extension is not None:
                self._forward(session, extension, replace(forwarding_of(extension), do_not_disturb=wanted), by)
        return extension is not None

    def _forward(self, session: Session, extension: Extension, forwarding: Forwarding, by: str) -> None:
        if not put_forwarding(extension, forwarding):
            return
        stamp(self._db, extension, by)
        self._db.touch_directory(session, extension.tenant_id)
        details = {
            "destinations": [asdict(row) for row in forwarding_of(extension).destinations],
            "forwards": dict(extension.forwards),
            "do_not_disturb": extension.do_not_disturb,
            "ring_seconds": extension.ring_seconds,
        }
        self._note(session, extension.tenant_id, "extension.forward", _extension(extension), details)

    def renumber(
        self,
        tenant: str,
        extension_id: str,
        revision: int,
        *,
        number: str,
        name: str,
        ha1_md5: str,
        ha1_sha256: str,
        by: str,
    ) -> Extension:
        """A new number needs a new secret, for the digests contain the number; its phones must sign in anew.

        Also the way to give the same number a new secret. Raises NotFound, Stale, Duplicate (TakenElsewhere: see
        ``store.domains``), BadValue.
        """
        with self._db.write() as session, unique("extension", "number", number):
            extension = owned(session, Extension, "extension", tenant, extension_id, lock=True)
            based_on(extension, revision)
            _check_number(number, session.get(Tenant, tenant))
            self._db.touch_directory(session, tenant)  # first, for it lets one writer in at a time
            if number != extension.number:
                check_no_emergency(number)
                check_number_free(session, tenant, number)
            session.execute(
                delete(Registration).where(Registration.tenant_id == tenant, Registration.extension == extension.number)
            )
            if number == extension.number and name == extension.name:
                self._note(session, tenant, "extension.renew_secret", _extension(extension))
            else:
                details = {"number": number, "name": name, "secret": "renewed"}
                self._note(session, tenant, "extension.change", _extension(extension), details)
            extension.number, extension.name = number, name
            extension.ha1_md5, extension.ha1_sha256 = ha1_md5, ha1_sha256
            stamp(self._db, extension, by)
            session.flush()
        return extension

    def delete(self, tenant: str, extension_id: str, revision: int) -> None:
        """Its registrations go with it. Raises NotFound, Stale, InUse(by groups)."""
        with self._db.write() as session:
            extension = owned(session, Extension, "extension", tenant, extension_id, lock=True)
            based_on(extension, revision)
            self._db.touch_directory(session, tenant)  # first, for it lets one writer in at a time
            if groups := list(session.scalars(_groups_with(extension))):
                raise InUse([Use("group", group.id, group.name) for group in groups])
            session.delete(extension)
            self._note(session, tenant, "extension.delete", _extension(extension))


def _groups_with(extension: Extension) -> Select[ExtensionGroup]:
    return (
        select(ExtensionGroup)
        .join(
            GroupMember,
            and_(GroupMember.tenant_id == ExtensionGroup.tenant_id, GroupMember.group_id == ExtensionGroup.id),
        )
        .where(GroupMember.tenant_id == extension.tenant_id, GroupMember.extension_id == extension.id)
        .order_by(ExtensionGroup.name)
    )


def _extension(extension: Extension) -> Thing:
    return Thing("extension", extension.id, f"{extension.number} {extension.name}")


def _check_number(number: str, tenant: Tenant | None) -> None:
    if not EXTENSION_NUMBER.fullmatch(number):
        raise BadValue("number", f"分机号应为 1–6 位数字：{number}", f"an extension has 1-6 digits: {number}")
    length = tenant.extension_length if tenant else None
    if length is not None and len(number) != length:
        raise BadValue("number", f"分机号应为 {length} 位：{number}", f"extensions here have {length} digits: {number}")


class RegistrationRepository(Repository):
    """The runtime's registrar writes here and reads it back when it starts."""

    def replace(self, tenant: str, extension: str, bindings: Sequence[Binding]) -> None:
        """``bindings`` are all that hold for the extension now. An extension that is gone is passed over."""
        with self._db.write() as session:
            session.execute(
                delete(Registration).where(Registration.tenant_id == tenant, Registration.extension == extension)
            )
            known = select(Extension.id).where(Extension.tenant_id == tenant, Extension.number == extension)
            if session.scalar(known) is not None:
                session.add_all(_row(tenant, extension, binding) for binding in bindings)

    def load(self, now: float) -> list[Binding]:
        """All bindings of all tenants that hold at ``now`` (UNIX seconds)."""
        with self._db.read() as session:
            rows = session.scalars(
                select(Registration).where(Registration.expires_at > datetime.fromtimestamp(now, UTC))
            )
            return [_binding(row) for row in rows]

    def prune(self, now: float) -> int:
        """Forget what had run out at ``now``; how many."""
        expired = Registration.expires_at <= datetime.fromtimestamp(now, UTC)
        with self._db.write() as session:
            gone = session.execute(delete(Registration).where(expired).returning(Registration.contact))
            return len(gone.all())


def _row(tenant: str, extension: str, binding: Binding) -> Registration:
    return Registration(
        tenant_id=tenant,
        extension=extension,
        contact=binding.contact,
        source=binding.source,
        path=binding.path,
        call_id=binding.call_id,
        cseq=binding.cseq,
        user_agent=binding.user_agent[:200],
        expires_at=datetime.fromtimestamp(binding.expires_at, UTC),
    )


def _binding(row: Registration) -> Binding:
    return Binding(
        tenant_id=row.tenant_id,
        extension=row.extension,
        contact=row.contact,
        source=row.source,
        expires_at=row.expires_at.timestamp(),
        call_id=row.call_id,
        cseq=row.cseq,
        path=row.path,
        user_agent=row.user_agent,
    )


class TrunkRepository(Repository):
    def create(
        self, tenant: str, name: str, address: str, max_channels: int | None, *, by: str,
        media_hosts: Sequence[str] = (),
    ) -> Trunk:  # fmt: skip
        """address: ``host`` or ``host:port``. Raises Duplicate, BadValue."""
        _check_trunk(address, max_channels, media_hosts)
        trunk = Trunk(
            tenant_id=tenant,
            id=new_id(),
            name=name,
            address=address,
            max_channels=max_channels,
            media_hosts=list(media_hosts),
            revision=1,
            updated_by=by,
            updated_at=self._db.clock(),
        )
        with self._db.write() as session, unique("trunk", "name", name):
            session.add(trunk)
            session.flush()
            self._db.touch_directory(session, tenant)
            self._note(session, tenant, "trunk.create", Thing("trunk", trunk.id, name), _about(trunk))
        return trunk

    def page(self, tenant: str, query: Query = FIRST) -> Paged[Trunk]:
        with self._db.read() as session:
            return page_of(
                session,
                select(Trunk).where(Trunk.tenant_id == tenant),
                query,
                search=(Trunk.name, Trunk.address),
                sorts={"id": Trunk.id, "name": Trunk.name, "updated_at": Trunk.updated_at},
                default="name",
            )

    def all(self, tenant: str) -> list[Trunk]:
        with self._db.read() as session:
            return list(session.scalars(select(Trunk).where(Trunk.tenant_id == tenant).order_by(Trunk.name)))

    def update(
        self, tenant: str, trunk_id: str, revision: int, *, name: str, address: str, max_channels: int | None, by: str,
        media_hosts: Sequence[str] = (),
    ) -> Trunk:  # fmt: skip
        """Raises NotFound, Stale, Duplicate, BadValue."""
        _check_trunk(address, max_channels, media_hosts)
        with self._db.write() as session, unique("trunk", "name", name):
            trunk = owned(session, Trunk, "trunk", tenant, trunk_id, lock=True)
            based_on(trunk, revision)
            trunk.name, trunk.address, trunk.max_channels = name, address, max_channels
            trunk.media_hosts = list(media_hosts)
            stamp(self._db, trunk, by)
            session.flush()
            self._db.touch_directory(session, tenant)
            self._note(session, tenant, "trunk.change", Thing("trunk", trunk.id, name), _about(trunk))
        return trunk

    def delete(self, tenant: str, trunk_id: str, revision: int) -> None:
        with self._db.write() as session:
            trunk = owned(session, Trunk, "trunk", tenant, trunk_id, lock=True)
            based_on(trunk, revision)
            session.delete(trunk)
            self._db.touch_directory(session, tenant)
            self._note(session, tenant, "trunk.delete", Thing("trunk", trunk.id, trunk.name))


def _about(trunk: Trunk) -> Details:
    return {"address": trunk.address, "max_channels": trunk.max_channels, "media_hosts": trunk.media_hosts}


def _check_trunk(address: str, max_channels: int | None, media_hosts: Sequence[str]) -> None:
    match = ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match["port"] or 5060) < 65536:
        raise BadValue("address", f"地址应为 主机:端口：{address}", f"an address is host:port: {address}")
    if max_channels is not None and max_channels < 1:
        raise BadValue("max_channels", "通道数至少为 1", "there is at least one channel")
    for host in media_hosts:
        try:
            IPv4Network(host, strict=False)
        except ValueError:
            raise BadValue(
                "media_hosts",
                f"语音地址应为 IPv4 地址或网段：{host}",
                f"an address of its audio is an IPv4 address or network: {host}",
            ) from None
