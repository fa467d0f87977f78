"""Tenants and their users."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.audit import Thing
from store.domains import DEFAULT_TENANT, check_apart, checked_domain, default_tenant, new_realm
from store.errors import BadValue, LastAdministrator, NotFound
from store.ids import new_id
from store.models import Extension, Meta, Tenant, User
from store.permissions import ADMINISTRATOR, ROLES
from store.records import FIRST, Paged, Query
from store.repositories.base import Repository, based_on, owned, page_of, stamp, unique

MOST_CALLS = 100_000
"""More than any installation carries: what is above is a slip of the pen."""


class TenantRepository(Repository):
    def create(self, name: str, timezone: str = "Asia/Shanghai", extension_length: int | None = None) -> Tenant:
        """Raises Duplicate, BadValue (unknown time zone)."""
        _check_timezone(timezone)
        with self._db.write() as session, unique("tenant", "name", name):
            tenant_id = new_id()
            self._db.touch_directory(session, tenant_id)  # first, for it lets one writer in at a time
            tenant = Tenant(
                id=tenant_id,
                name=name,
                timezone=timezone,
                extension_length=extension_length,
                realm=new_realm(session),
                created_at=self._db.clock(),
            )
            session.add(tenant)
            session.flush()
            self._note(session, tenant.id, "tenant.create", Thing("tenant", tenant.id, name))
        return tenant

    def get(self, tenant_id: str) -> Tenant:
        with self._db.read() as session:
            return _tenant(session, tenant_id)

    def all(self) -> list[Tenant]:
        """All tenants by name; for the platform's own commands only."""
        with self._db.read() as session:
            return list(session.scalars(select(Tenant).order_by(Tenant.name)))

    def update(self, tenant_id: str, *, name: str, timezone: str, extension_length: int | None) -> Tenant:
        """Raises NotFound, Duplicate, BadValue (time zone; an extension that has not the fixed length)."""
        _check_timezone(timezone)
        with self._db.write() as session, unique("tenant", "name", name):
            tenant = _tenant(session, tenant_id)
            if extension_length is not None:
                other = select(Extension.number).where(
                    Extension.tenant_id == tenant_id, func.length(Extension.number) != extension_length
                )
                if wrong := session.scalars(other.limit(1)).first():
                    raise BadValue(
                        "extension_length",
                        f"分机 {wrong} 不是 {extension_length} 位",
                        f"extension {wrong} has not {extension_length} digits",
                    )
            tenant.name, tenant.timezone, tenant.extension_length = name, timezone, extension_length
            session.flush()
            self._db.touch_directory(session, tenant_id)
            details = {"timezone": timezone, "extension_length": extension_length}
            self._note(session, tenant_id, "tenant.change", Thing("tenant", tenant_id, name), details)
        return tenant

    def set_domain(self, tenant_id: str, domain: str | None) -> Tenant:
        """By what its telephones are known (``store.domains``), None for none. Raises NotFound, Duplicate, BadValue."""
        checked = None if domain is None else checked_domain(domain)
        with self._db.write() as session, unique("domain", "domain", domain or ""):
            self._db.touch_directory(session, tenant_id)  # first, for it lets one writer in at a time
            tenant = _tenant(session, tenant_id)
            tenant.domain = checked
            session.flush()
            check_apart(session)
            self._note(session, tenant_id, "tenant.change", _thing_of(tenant), {"domain": checked})
        return tenant

    def set_limits(self, tenant_id: str, *, max_calls: int | None, calls_per_second: float | None) -> Tenant:
        """How many calls it may have at once, and begin a second; None without limit. Raises NotFound, BadValue."""
        if max_calls is not None and not 0 < max_calls <= MOST_CALLS:
            raise BadValue("max_calls", f"同时通话数应为 1–{MOST_CALLS}", f"calls at once are 1 to {MOST_CALLS}")
        if calls_per_second is not None and not 0 < calls_per_second <= MOST_CALLS:
            zh, en = f"每秒呼叫数应大于 0，不超过 {MOST_CALLS}", f"calls a second are above 0 and at most {MOST_CALLS}"
            raise BadValue("calls_per_second", zh, en)
        with self._db.write() as session:
            self._db.touch_directory(session, tenant_id)
            tenant = _tenant(session, tenant_id)
            tenant.max_calls, tenant.calls_per_second = max_calls, calls_per_second
            details = {"max_calls": max_calls, "calls_per_second": calls_per_second}
            self._note(session, tenant_id, "tenant.change", _thing_of(tenant), details)
        return tenant

    def default(self) -> Tenant | None:
        """Whose telephones are that name no domain of ours; None while there is no tenant."""
        with self._db.read() as session:
            return default_tenant(session)

    def set_default(self, tenant_id: str) -> Tenant:
        """Raises NotFound, BadValue."""
        with self._db.write() as session:
            self._db.touch_directory(session, tenant_id)
            tenant = _tenant(session, tenant_id)
            session.merge(Meta(key=DEFAULT_TENANT, value=tenant_id))
            session.flush()
            check_apart(session)
            self._note(session, tenant_id, "tenant.change", _thing_of(tenant), {"default": True})
        return tenant


def _tenant(session: Session, tenant_id: str) -> Tenant:
    tenant = session.get(Tenant, tenant_id)
    if tenant is None:
        raise NotFound("tenant", tenant_id)
    return tenant


def _thing_of(tenant: Tenant) -> Thing:
    return Thing("tenant", tenant.id, tenant.name)


def _check_timezone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise BadValue("timezone", f"没有这个时区：{name}", f"no such time zone: {name}") from None


class UserRepository(Repository):
    def create(
        self,
        tenant: str,
        name: str,
        *,
        password_hash: str,
        role: str,
        display_name: str = "",
        locale: str = "zh-CN",
        by: str,
    ) -> User:
        """password_hash: made by the caller (argon2), stored as given. Raises Duplicate, BadValue (role)."""
        _check_role(role)
        user = User(
            tenant_id=tenant,
            id=new_id(),
            name=name,
            display_name=display_name or name,
            role=role,
            locale=locale,
            password_hash=password_hash,
            revision=1,
            updated_by=by,
            updated_at=self._db.clock(),
        )
        with self._db.write() as session, unique("user", "name", name):
            session.add(user)
            session.flush()
            self._note(session, tenant, "user.create", _thing(user), {"role": role})
        return user

    def for_sign_in(self, name: str) -> User | None:
        """Who signs in under this name; the one look-up that finds the tenant instead of naming it."""
        with self._db.read() as session:
            return session.scalars(select(User).where(User.name == name)).one_or_none()

    def get(self, tenant: str, user_id: str) -> User:
        with self._db.read() as session:
            return owned(session, User, "user", tenant, user_id)

    def page(self, tenant: str, query: Query = FIRST) -> Paged[User]:
        with self._db.read() as session:
            return page_of(
                session,
                select(User).where(User.tenant_id == tenant),
                query,
                search=(User.name, User.display_name),
                sorts={"id": User.id, "name": User.name, "updated_at": User.updated_at},
                default="name",
            )

    def set_password(self, tenant: str, user_id: str, password_hash: str, *, by: str) -> User:
        """The new revision ends the sessions that carry the old one."""
        with self._db.write() as session:
            user = self.renew_hash(tenant, user_id, password_hash, by=by)
            self._note(session, tenant, "user.password", _thing(user))
        return user

    def renew_hash(self, tenant: str, user_id: str, password_hash: str, *, by: str) -> User:
        """The same password under another hash, as when the parameters of hashing have changed."""
        with self._db.write() as session:
            user = owned(session, User, "user", tenant, user_id, lock=True)
            user.password_hash = password_hash
            stamp(self._db, user, by)
        return user

    def set_locale(self, tenant: str, user_id: str, locale: str) -> User:
        """The user's own language; no revision, for nobody else edits it."""
        with self._db.write() as session:
            user = owned(session, User, "user", tenant, user_id, lock=True)
            user.locale = locale
            self._note(session, tenant, "user.locale", _thing(user), {"locale": locale})
        return user

    def set_role(self, tenant: str, user_id: str, role: str, *, by: str) -> User:
        """The new revision ends the user's sessions. Raises NotFound, BadValue (role), LastAdministrator."""
        _check_role(role)
        with self._db.write() as session:
            user = owned(session, User, "user", tenant, user_id, lock=True)
            if role != ADMINISTRATOR:
                _leave_an_administrator(session, user)
            self._note(session, tenant, "user.role", _thing(user), {"before": user.role, "role": role})
            user.role = role
            stamp(self._db, user, by)
        return user

    def set_enabled(self, tenant: str, user_id: str, enabled: bool, *, by: str) -> User:
        """Let the user sign in or not; the new revision ends the sessions. Raises NotFound, LastAdministrator."""
        with self._db.write() as session:
            user = owned(session, User, "user", tenant, user_id, lock=True)
            if not enabled:
                _leave_an_administrator(session, user)
            user.enabled = enabled
            stamp(self._db, user, by)
            self._note(session, tenant, "user.enable" if enabled else "user.disable", _thing(user))
        return user

    def delete(self, tenant: str, user_id: str, revision: int) -> None:
        """Raises NotFound, Stale, LastAdministrator."""
        with self._db.write() as session:
            user = owned(session, User, "user", tenant, user_id, lock=True)
            based_on(user, revision)
            _leave_an_administrator(session, user)
            session.delete(user)
            self._note(session, tenant, "user.delete", _thing(user))


def _thing(user: User) -> Thing:
    return Thing("user", user.id, user.name)


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise BadValue("role", f"没有这个角色：{role}", f"no such role: {role}")


def _leave_an_administrator(session: Session, user: User) -> None:
    """Raise LastAdministrator where nobody else of the tenant is one."""
    if user.role != ADMINISTRATOR or not user.enabled:
        return
    # two at once, each removing the other, wait here for one another (PostgreSQL)
    session.get(Tenant, user.tenant_id, with_for_update=True)
    others = select(func.count()).where(
        User.tenant_id == user.tenant_id, User.id != user.id, User.role == ADMINISTRATOR, User.enabled
    )
    if not session.scalar(others):
        raise LastAdministrator(user.name)
