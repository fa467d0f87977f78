"""The audit log: what the repositories append to it, and how it is read."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Select, delete, func, or_, select

from store.audit import KEPT_FROM, Actor, Details, Filter, Result, Thing
from store.models import AuditEntry, Meta
from store.records import FIRST, Paged, Query
from store.repositories.base import Repository, page_of

EXPORTED = 100_000
"""Entries that are read at once, at most."""


class AuditRepository(Repository):
    """Entries come, and go only by ``forget``: there is no way to change one."""

    def add(
        self,
        tenant: str,
        action: str,
        thing: Thing,
        details: Details | None = None,
        *,
        result: Result = "done",
        actor: Actor | None = None,
    ) -> None:
        """Write down what is no change of the database: a sign-in, a listening, a refusal.

        actor: where it is not who acts at this moment, as at a sign-in.
        """
        with self._db.write() as session:
            self._note(session, tenant, action, thing, details, result=result, actor=actor)

    def page(self, tenant: str, query: Query = FIRST, wanted: Filter | None = None) -> Paged[AuditEntry]:
        """Sorts: at (default: newest first), actor, action."""
        with self._db.read() as session:
            return page_of(
                session,
                _wanted(tenant, wanted or Filter()),
                query,
                search=(AuditEntry.actor, AuditEntry.object_name, AuditEntry.object_id, AuditEntry.address),
                sorts={
                    "id": AuditEntry.id,
                    "at": AuditEntry.at,
                    "actor": AuditEntry.actor,
                    "action": AuditEntry.action,
                },
                default="-at",
            )

    def newest(self, tenant: str, wanted: Filter, q: str = "") -> list[AuditEntry]:
        """The newest 100,000 that match, newest first."""
        found: list[AuditEntry] = []
        number = 1
        while len(found) < EXPORTED:
            page = self.page(tenant, Query(page=number, size=500, q=q), wanted)
            found += page.items
            if len(page.items) < page.size:
                break
            number += 1
        return found

    def forget(self, before: datetime) -> int:
        """Remove what is older, of every tenant, and write down that it went; how many."""
        with self._db.write() as session:
            value = before.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
            session.merge(Meta(key=KEPT_FROM, value=value))
            session.flush()
            old = AuditEntry.at < before
            counted = select(AuditEntry.tenant_id, func.count()).where(old).group_by(AuditEntry.tenant_id)
            gone: dict[str, int] = dict(session.execute(counted).all())
            session.execute(delete(AuditEntry).where(old))
            for tenant, n in gone.items():
                self._note(session, tenant, "audit.forget", Thing("audit"), {"entries": n, "before": value})
        return sum(gone.values())


def _wanted(tenant: str, wanted: Filter) -> Select[AuditEntry]:
    statement = select(AuditEntry).where(AuditEntry.tenant_id == tenant)
    if wanted.since is not None:
        statement = statement.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(AuditEntry.at < wanted.until)
    if wanted.who:
        statement = statement.where(AuditEntry.actor == wanted.who)
    if wanted.action:
        statement = statement.where(AuditEntry.action == wanted.action)
    if wanted.thing:
        statement = statement.where(or_(AuditEntry.object_id == wanted.thing, AuditEntry.object_name == wanted.thing))
    return statement


