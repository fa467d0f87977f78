"""What the runtime reads: each tenant's directory under a revision of its own, and the database's own notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Select, Table, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from store.domains import by_number_alone
from store.errors import NotFound
from store.models import Base, CallSettings, Extension, ExtensionGroup, Flow, Meta, Number, Release, Tenant, Trunk
from store.records import BoundNumber, NumberEntry, TenantDirectory
from store.repositories.base import Repository
from store.repositories.days import days_of
from store.repositories.exchange import exchange_of
from store.repositories.groups import entries_of
from store.repositories.releases import answering, number_entries

DIRECTORY_REVISION = "directory_revision"

_REVISION = select(Meta.value).where(Meta.key == DIRECTORY_REVISION)  # asked every second
_REVISIONS = select(Tenant.id, Tenant.directory_revision)
_DRAFT = literal({}, Flow.__table__.c.document.type).label("document")

ROWS = 1000
"""So many are in memory at once."""


class DirectoryRepository(Repository):
    """Reads across tenants, for the runtime serves all of them: nothing of it may go to a page."""

    def revision(self) -> int:
        """Of the whole; cheap. Another value than the last one means that some tenant's has changed."""
        with self._db.engine.connect() as connection:
            return int(connection.scalar(_REVISION) or 0)

    def revisions(self) -> dict[str, int]:
        """Tenant -> its own revision."""
        with self._db.engine.connect() as connection:
            return {row.id: row.directory_revision for row in connection.execute(_REVISIONS)}

    def load(self, tenant: str) -> TenantDirectory:
        """All but extensions and documents (``flows.version()``). Raises NotFound."""
        groups = select(ExtensionGroup).where(ExtensionGroup.tenant_id == tenant).order_by(ExtensionGroup.id)
        trunks = select(Trunk).where(Trunk.tenant_id == tenant).order_by(Trunk.name)
        with self._db.read() as session:
            found = session.get(Tenant, tenant)
            if found is None:
                raise NotFound("tenant", tenant)
            return TenantDirectory(
                tenant=found,
                numbers=[_bound(entry) for entry in number_entries(session, tenant, Number.given)],
                trunks=list(session.scalars(trunks)),
                groups=entries_of(session, list(session.scalars(groups))),
                exchange=exchange_of(session, tenant),
                days=days_of(session, tenant),
                calling=session.get(CallSettings, tenant),
            )

    def by_number_alone(self) -> list[str]:
        """Ids of the tenants whose telephones may name no domain (``store.domains``)."""
        with self._db.read() as session:
            return [tenant.id for tenant in by_number_alone(session)]

    # for a node's copy

    def rows(self, table: Table, tenant: str | None = None, **key: object) -> Iterator[list[dict[str, Any]]]:
        """Of what a node copies of a table, some at a time: of one tenant, and where all of ``key`` is so.

        key: column -> a value, or a list of which one is to be there.

        Only numbers that were given, and of flows and releases what answers them; drafts are left out.
        """
        statement = select(*(_DRAFT if column is Flow.__table__.c.document else column for column in _columns(table)))
        if tenant is not None:
            owner = "id" if table.name == Tenant.__tablename__ else "tenant_id"
            statement = statement.where(statement.selected_columns[owner] == tenant)
        if table.name == Number.__tablename__:
            statement = statement.where(Number.given)
        elif table.name == Flow.__tablename__:
            statement = statement.where(Flow.id.in_(_answering(tenant, Release.flow_id)))
        elif table.name == Release.__tablename__:
            statement = statement.where(Release.id.in_(_answering(tenant, Release.id)))
        for name, value in key.items():
            column = statement.selected_columns[name]
            statement = statement.where(column.in_(value) if isinstance(value, list) else column == value)
        with self._db.engine.connect() as connection:
            result = connection.execution_options(yield_per=ROWS).execute(statement)
            for part in result.mappings().partitions():
                yield [dict(row) for row in part]

    def extension_stamps(self, tenant: str) -> Iterator[list[tuple[str, int, str]]]:
        """(id, revision, when, as SQLite keeps it) of a tenant's extensions, some at a time; quick for a million."""
        statement = select(Extension.id, Extension.revision, Extension.updated_at)
        statement = statement.where(Extension.tenant_id == tenant)
        with self._db.engine.connect() as connection:
            result = connection.execution_options(yield_per=10 * ROWS).execute(statement)
            for part in result.partitions():
                yield [(row_id, revision, at.isoformat(" ", "microseconds")[:26]) for row_id, revision, at in part]

    def bound_versions(self, tenant: str) -> set[tuple[str, int]]:
        """(flow, number of the version) of all versions that are bound to numbers."""
        with self._db.engine.connect() as connection:
            rows = connection.execute(_answering(tenant, Release.flow_id, Release.version))
            return {(row.flow_id, row.version) for row in rows}


def _columns(table: Table) -> Sequence[Column[Any]]:
    """Those of the database's table that is called so."""
    return list(Base.metadata.tables[table.name].columns)


def _answering(tenant: str | None, *columns: InstrumentedAttribute[Any]) -> Select[Any]:
    return answering(tenant, *columns).where(Number.given)


def _bound(entry: NumberEntry) -> BoundNumber:
    return BoundNumber(
        tenant_id=entry.number.tenant_id,
        digits=entry.number.digits,
        enabled=entry.number.enabled,
        flow_id=entry.flow_id,
        flow_name=entry.flow_name or "",
        version=entry.version,
        switch=entry.number.switch,
    )


class MetaRepository(Repository):
    """Small values of the whole installation, such as the sessions that were signed out."""

    def get(self, key: str) -> str | None:
        with self._db.read() as session:
            return session.scalar(select(Meta.value).where(Meta.key == key))

    def put(self, key: str, value: str) -> None:
        with self._db.write() as session:
            session.merge(Meta(key=key, value=value))
