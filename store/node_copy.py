"""A node's own copy of what it needs of the database to take calls: an SQLite file of the same tables.

So the same repositories read it, and a column that is added to a table is in the copy without a word. The copy
enforces nothing (no foreign key, no uniqueness): the database did. It holds the digests of extensions' secrets, so the
file is its owner's alone. A copy of another schema than ours is thrown away: whoever has just updated needs the
database once.

``refresh`` brings over the tenants that changed; extensions row by row, for there may be a million of them.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import JSON, Connection, Index, MetaData, Table, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database, make_engine
from store.models import (
    Base,
    Calendar,
    CalendarDay,
    CallSettings,
    ExchangeSettings,
    Extension,
    ExtensionGroup,
    Flow,
    FlowVersion,
    GroupMember,
    Meta,
    Number,
    PublicDay,
    Registration,
    Release,
    Tenant,
    Trunk,
)
from store.repositories.directory import DIRECTORY_REVISION, DirectoryRepository
from store.repositories.flows import FlowRepository
from store.repositories.telephony import RegistrationRepository
from store.schema import revisions

SMALL: tuple[type[Base], ...] = (
    Number, Release, Flow, Trunk, ExtensionGroup, GroupMember, CalendarDay, Calendar, CallSettings,
    ExchangeSettings,
)  # fmt: skip
"""Tables of tenants that are copied whole."""

_ALL: tuple[type[Base], ...] = (*SMALL, Tenant, Extension, FlowVersion, Meta, PublicDay, Registration)
_SCHEMA = "copied_schema"

FILE_NAME = "directory.db"
"""In the data folder."""

ROWS = 1000
"""So many are read and written at once."""

log = logging.getLogger(__name__)

Row = Mapping[str, Any]


class NodeCopy:
    """See the module. For one thread; ``ExtensionReader`` is for another.

    directory, flows, registrations: the repositories, on the copy. generations: tenant -> how often it was brought
    over in this run. Opening raises OSError and sqlite3.Error where the folder is no good.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.generations: dict[str, int] = {}
        self._known: dict[str, int] = {}
        self._signed_off: set[tuple[str, str]] = set()
        if not self._is_ours():
            self._begin_anew()
        self._database = _open(path)
        self.directory = DirectoryRepository(self._database)
        self.flows = FlowRepository(self._database)
        self.registrations = RegistrationRepository(self._database)
        with self._database.read() as session:
            self.generations = dict.fromkeys(session.scalars(select(Tenant.id)), 0)

    @property
    def is_whole(self) -> bool:
        """Whether a whole directory was ever brought over: then calls can be taken by it."""
        return self.directory.revision() > 0

    def refresh(self, source: DirectoryRepository) -> None:
        """Bring over what has changed. Raises what the database raised; what was done by then stays.

        In each run every tenant is brought over once, whatever its revision: the database may have been brought back
        from a backup meanwhile.
        """
        # The revisions are read first: a change in between then leads to one copy too many, never too few.
        revision, present = source.revision(), source.revisions()
        for tenant in self.generations.keys() - present.keys():
            self._forget(tenant)
        for tenant, wanted in present.items():
            if self._known.get(tenant) != wanted:
                self._bring(source, tenant)
                self._known[tenant] = wanted
                self.generations[tenant] = self.generations.get(tenant, 0) + 1
        with self._database.write_connection() as copy:
            for table in (_TABLES["public_days"], _TABLES["meta"]):
                copy.execute(delete(table))
                for rows in source.rows(table):
                    copy.execute(insert(table), rows)
            copy.execute(insert(_TABLES["meta"]).values(key=_SCHEMA, value=revisions()[-1]))
            mark = _TABLES["meta"].c
            copy.execute(_TABLES["meta"].update().where(mark.key == DIRECTORY_REVISION).values(value=str(revision)))

    def take_signed_off(self) -> set[tuple[str, str]]:
        """(tenant, number) of extensions that are gone, or have another secret, since the last call."""
        gone, self._signed_off = self._signed_off, set()
        return gone

    def reader(self) -> ExtensionReader:
        return ExtensionReader(self.path)

    def close(self) -> None:
        self._database.close()

    # one tenant

    def _forget(self, tenant: str) -> None:
        with self._database.write_connection() as copy:
            numbers = copy.execute(_EXTENSIONS.delete().where(_of(_EXTENSIONS, tenant)).returning(_EXTENSIONS.c.number))
            self._signed_off.update((tenant, number) for number in numbers.scalars())
            for table in (*_SMALL_TABLES, *(_TABLES[name] for name in ("flow_versions", "registrations", "tenants"))):
                copy.execute(delete(table).where(_of(table, tenant)))
        self.generations.pop(tenant, None)
        self._known.pop(tenant, None)

    def _bring(self, source: DirectoryRepository, tenant: str) -> None:
        with self._database.write_connection() as copy:
            for table in (_TABLES["tenants"], *_SMALL_TABLES):
                copy.execute(delete(table).where(_of(table, tenant)))
                for rows in source.rows(table, tenant):
                    copy.execute(insert(table), rows)
            self._bring_versions(copy, source, tenant)
            signed_off = self._bring_extensions(copy, source, tenant)
        self._signed_off |= signed_off

    def _bring_versions(self, copy: Connection, source: DirectoryRepository, tenant: str) -> None:
        """They never change: those that are bound now and missing come, those that are bound no more go.

        Those of an earlier run come anew: after a backup was brought back, another one may have got the same number.
        """
        table = _TABLES["flow_versions"]
        if tenant not in self._known:
            copy.execute(delete(table).where(_of(table, tenant)))
        key = table.c.flow_id, table.c.number
        present = {tuple(row) for row in copy.execute(select(*key).where(_of(table, tenant)))}
        bound = source.bound_versions(tenant)
        for flow_id, number in present - bound:
            copy.execute(delete(table).where(_of(table, tenant), key[0] == flow_id, key[1] == number))
        for flow_id, number in bound - present:
            for rows in source.rows(table, tenant, flow_id=flow_id, number=number):
                copy.execute(insert(table), rows)

    def _bring_extensions(self, copy: Connection, source: DirectoryRepository, tenant: str) -> set[tuple[str, str]]:
        """Those of another revision; returns whose telephones are to be signed off."""
        table, signed_off = _EXTENSIONS, set[tuple[str, str]]()
        copy.exec_driver_sql(_SEEN)
        copy.exec_driver_sql("DELETE FROM seen")
        for stamps in source.extension_stamps(tenant):
            copy.exec_driver_sql("INSERT INTO seen VALUES (?, ?, ?)", stamps)
        changed = [row_id for (row_id,) in copy.exec_driver_sql(_CHANGED, (tenant,))]
        for start in range(0, len(changed), ROWS):
            ids = changed[start : start + ROWS]
            old = {row.id: row for row in copy.execute(select(table).where(_of(table, tenant), table.c.id.in_(ids)))}
            for rows in source.rows(table, tenant, id=ids):
                for row in rows:
                    before = old.get(row["id"])
                    if before is not None and (before.number, before.ha1_md5) != (row["number"], row["ha1_md5"]):
                        signed_off.add((tenant, before.number))
                copy.execute(insert(table).prefix_with("OR REPLACE"), rows)
        gone = copy.exec_driver_sql(
            "DELETE FROM extensions WHERE tenant_id = ? AND id NOT IN (SELECT id FROM seen) RETURNING number", (tenant,)
        )
        return signed_off | {(tenant, number) for number in gone.scalars()}

    # the file

    def _is_ours(self) -> bool:
        """Whether there is a copy that this program can read."""
        if not self.path.exists():
            return False
        try:
            database = _open(self.path)
            try:
                with database.read() as session:
                    schema = session.scalar(select(Meta.value).where(Meta.key == _SCHEMA))
            finally:
                database.close()
        except SQLAlchemyError as error:
            log.warning("the copy of the directory cannot be read and is made anew: %s", error)
            return False
        return schema == revisions()[-1]

    def _begin_anew(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        database = _open(self.path)
        try:
            _COPIED.create_all(database.engine)
        finally:
            database.close()


class ExtensionReader:
    """Looks extensions up one by one, in microseconds and without an ORM's session; for the event loop."""

    def __init__(self, path: Path) -> None:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)

    def extension(self, tenant: str, number: str) -> Extension | None:
        """The row, its times left out."""
        found = self._connection.execute(_FIND, (tenant, number)).fetchall()  # all, so that nothing stays open
        if not found:
            return None
        values = zip(_READ, found[0], strict=True)
        return Extension(**{
            column.key: orjson.loads(value) if isinstance(column.type, JSON) and value is not None else value
            for column, value in values
        })

    def close(self) -> None:
        self._connection.close()


def _open(path: Path) -> Database:
    return Database(make_engine(f"sqlite:///{path}"))


def _of(table: Table, tenant: str) -> Any:
    return (table.c.id if table.name == Tenant.__tablename__ else table.c.tenant_id) == tenant


def _stripped(models: Iterable[type[Base]]) -> MetaData:
    """The tables with their columns and primary keys alone."""
    copied = MetaData()
    for model in models:
        columns = [column._copy() for column in model.__table__.columns]
        for column in columns:
            column.foreign_keys.clear()
        Table(model.__tablename__, copied, *columns)
    return copied


_COPIED = _stripped(_ALL)
_TABLES = _COPIED.tables
_EXTENSIONS = _TABLES["extensions"]
_SMALL_TABLES = [_TABLES[model.__tablename__] for model in SMALL]
Index("ix_extensions_number", _EXTENSIONS.c.tenant_id, _EXTENSIONS.c.number)

_SEEN = "CREATE TEMP TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY, revision INTEGER, updated_at TEXT)"
_CHANGED = (
    "SELECT seen.id FROM seen LEFT JOIN extensions ON extensions.tenant_id = ? AND extensions.id = seen.id"
    " WHERE extensions.revision IS NOT seen.revision OR extensions.updated_at IS NOT seen.updated_at"
)

_READ = [column for column in _EXTENSIONS.columns if column.key != "updated_at"]
_FIND = f"SELECT {', '.join(column.key for column in _READ)} FROM extensions WHERE tenant_id = ? AND number = ?"
