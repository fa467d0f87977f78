"""What the runtime reads: the directory of all tenants under one revision, and the database's own notes."""

from __future__ import annotations

from sqlalchemy import and_, select

from store.domains import by_number_alone
from store.models import CallSettings, Extension, ExtensionGroup, Flow, Meta, Number, Tenant, Trunk
from store.records import BoundNumber, Directory
from store.repositories.base import Repository
from store.repositories.days import all_days
from store.repositories.exchange import all_exchanges
from store.repositories.groups import entries_of

DIRECTORY_REVISION = "directory_revision"

_REVISION = select(Meta.value).where(Meta.key == DIRECTORY_REVISION)  # asked every second


class DirectoryRepository(Repository):
    """Reads across tenants, for the runtime serves all of them: nothing of it may go to a page."""

    def revision(self) -> int:
        """Cheap; another value than the cache's means ``load()`` anew."""
        with self._db.engine.connect() as connection:
            return int(connection.scalar(_REVISION) or 0)

    def load(self) -> Directory:
        """Tenants, bound numbers, extensions, groups, trunks, codes, days; no document: ``flows.version()``."""
        bound = select(Number, Flow.name).outerjoin(
            Flow, and_(Flow.tenant_id == Number.tenant_id, Flow.id == Number.flow_id)
        )
        bound = bound.where(Number.given)
        # The revision is read first: a change in between then leads to one reload too many, never too few.
        revision = self.revision()
        with self._db.read() as session:
            return Directory(
                revision=revision,
                tenants={tenant.id: tenant for tenant in session.scalars(select(Tenant))},
                numbers=[_bound(number, name) for number, name in session.execute(bound)],
                extensions=list(session.scalars(select(Extension))),
                trunks=list(session.scalars(select(Trunk))),
                groups=entries_of(session, list(session.scalars(select(ExtensionGroup)))),
                exchanges=all_exchanges(session),
                days=all_days(session),
                by_number_alone=[tenant.id for tenant in by_number_alone(session)],
                calling={row.tenant_id: row for row in session.scalars(select(CallSettings))},
            )


def _bound(number: Number, flow_name: str | None) -> BoundNumber:
    return BoundNumber(
        tenant_id=number.tenant_id,
        digits=number.digits,
        enabled=number.enabled,
        flow_id=number.flow_id,
        flow_name=flow_name or "",
        version=number.version,
        switch=number.switch,
    )


class MetaRepository(Repository):
    """Small values of the whole installation, such as the sessions that were signed out."""

    def get(self, key: str) -> str | None:
        with self._db.read() as session:
            return session.scalar(select(Meta.value).where(Meta.key == key))

    def put(self, key: str, value: str) -> None:
        with self._db.write() as session:
            session.merge(Meta(key=key, value=value))
