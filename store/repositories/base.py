"""What the repositories share: pages of lists, optimistic revisions, unique names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from numbering.search import sought
from store.audit import ACTIONS, Actor, Details, Result, Thing
from store.database import Database
from store.errors import BadValue, Duplicate, NotFound, Stale
from store.ids import new_id
from store.models import AuditEntry, Base, OwnedById, Revisioned
from store.records import Paged, Query

MAX_PAGE_SIZE = 500

Row = TypeVar("Row", bound=Base)
Sorts = Mapping[str, InstrumentedAttribute[Any]]
SearchedColumn = InstrumentedAttribute[Any]


class Matches(Protocol):
    """Whether one of the columns matches what is searched for (``page_of``)."""

    def __call__(
        self, search: Sequence[SearchedColumn], numbers: Sequence[SearchedColumn] = ()
    ) -> ColumnElement[bool]: ...


class Repository:
    """Base of all repositories. Every method is one transaction, or part of ``Store.transaction()``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def _note(
        self,
        session: Session,
        tenant: str,
        action: str,
        thing: Thing,
        details: Details | None = None,
        *,
        result: Result = "done",
        actor: Actor | None = None,
    ) -> None:
        """Append to the audit log, in this very transaction. details: never a secret."""
        assert action in ACTIONS, action
        who = actor or self._db.actor()
        session.add(
            AuditEntry(
                tenant_id=tenant,
                id=new_id(),
                at=self._db.clock(),
                actor_kind=who.kind,
                actor_id=who.user_id,
                actor=who.name[:100],
                address=who.address[:50],
                action=action,
                object_kind=thing.kind,
                object_id=thing.id[:100],
                object_name=thing.name[:200],
                details=dict(details or {}),
                result=result,
            )
        )


def page_of(
    session: Session,
    statement: Select[Row],
    query: Query,
    *,
    search: Sequence[SearchedColumn],
    numbers: Sequence[SearchedColumn] = (),
    sorts: Sorts,
    default: str,
    elsewhere: Callable[[Matches], ColumnElement[bool]] | None = None,
) -> Paged[Row]:
    """One page of ``statement``: searched, sorted (ties by the last sort column), counted.

    search: columns that may hold what is searched for. numbers: those of telephone numbers, found in whatever spelling
    they are searched for. elsewhere: a condition on other tables, made of what matches there. Raises BadValue for a
    field that is not in ``sorts`` or a page below 1.
    """
    if q := query.q.replace("\0", ""):  # no text holds NUL, and PostgreSQL refuses to compare with it
        matches = partial(_matches, q)
        found = matches(search, numbers)
        statement = statement.where(found if elsewhere is None else or_(found, elsewhere(matches)))
    size = min(max(query.size, 1), MAX_PAGE_SIZE)
    if query.page < 1:
        raise BadValue("page", "页码从 1 开始", "pages count from 1")
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = session.scalars(
        statement.order_by(*_order(query.sort or default, sorts)).limit(size).offset((query.page - 1) * size)
    )
    return Paged(list(rows), total, query.page, size)


def _matches(q: str, search: Sequence[SearchedColumn], numbers: Sequence[SearchedColumn] = ()) -> ColumnElement[bool]:
    found = [column.icontains(q, autoescape=True) for column in (*search, *numbers)]
    if wanted := sought(q):
        for column in numbers:
            found += [column.startswith(beginning) for beginning in wanted.beginnings]
            if wanted.within is not None:
                found.append(column.contains(wanted.within))
    return or_(*found)


def _order(sort: str, sorts: Sorts) -> list[ColumnElement[Any]]:
    field = sort.removeprefix("-")
    if field not in sorts:
        known = ", ".join(sorts)
        raise BadValue("sort", f"不能按“{field}”排序，可用：{known}", f"cannot sort by {field!r}, only by {known}")
    column, identity = sorts[field], next(iter(sorts.values()))
    order = column.desc() if sort.startswith("-") else column.asc()
    return [order, identity.asc()] if column is not identity else [order]


OwnedRow = TypeVar("OwnedRow", bound=OwnedById)


def owned(
    session: Session, model: type[OwnedRow], kind: str, tenant: str, row_id: str, *, lock: bool = False
) -> OwnedRow:
    """The tenant's row, or NotFound. lock: hold it until the transaction ends (PostgreSQL)."""
    row = session.get(model, (tenant, row_id), with_for_update=lock or None)
    if row is None:
        raise NotFound(kind, row_id)
    return row


def based_on(row: Revisioned, revision: int) -> None:
    """Raise Stale unless ``row`` is still at ``revision``."""
    if row.revision != revision:
        raise Stale(row.updated_by, row.updated_at, row.revision)


def stamp(db: Database, row: Revisioned, by: str) -> None:
    """Count the row's revision up and write down who did it when."""
    row.revision += 1
    row.updated_by, row.updated_at = by, db.clock()


@contextmanager
def unique(kind: str, field: str, value: str) -> Iterator[None]:
    """Turn a unique violation inside into Duplicate(kind, field, value)."""
    try:
        yield
    except IntegrityError as error:
        if "UNIQUE" in str(error.orig) or getattr(error.orig, "sqlstate", "") == "23505":
            raise Duplicate(kind, field, value) from None
        raise
