"""Releases: which published version answers a number, what answered it before, and the way back to that.

The release that counts is the one that its number names; the number's others are its history. One of a version that
was deleted is deleted with it, and cannot be rolled back to; the audit log still tells of it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnExpressionArgument, Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.errors import NotFound, NoWayBack
from store.ids import new_id
from store.models import Flow, FlowVersion, Number, Release
from store.numbers import display
from store.records import FIRST, NumberEntry, Paged, Query, ReleaseEntry
from store.repositories.base import Repository, based_on, owned, page_of, stamp
from store.repositories.number_giving import number_thing

PRESENT = and_(Number.tenant_id == Release.tenant_id, Number.release_id == Release.id)
FLOW = and_(Flow.tenant_id == Release.tenant_id, Flow.id == Release.flow_id)


class ReleaseRepository(Repository):
    def page(self, tenant: str, number_id: str, query: Query = FIRST) -> Paged[ReleaseEntry]:
        """A number's. Sorts: revision (default: newest first), released_at. Raises NotFound for the number."""
        with self._db.read() as session:
            owned(session, Number, "number", tenant, number_id)
            releases = page_of(
                session,
                select(Release).where(Release.tenant_id == tenant, Release.number_id == number_id),
                query,
                search=(Release.note, Release.released_by),
                sorts={"revision": Release.revision, "released_at": Release.released_at},
                default="-revision",
            )
            entries = _entries(session, tenant, releases.items)
        return Paged(entries, releases.total, releases.page, releases.size)

    def way_back(self, tenant: str, number_id: str) -> ReleaseEntry | None:
        """What ``roll_back`` brings back; None where it raises NoWayBack. Raises NotFound."""
        with self._db.read() as session:
            number = owned(session, Number, "number", tenant, number_id)
            try:
                return _entries(session, tenant, [_before(session, number)])[0]
            except NoWayBack:
                return None

    def roll_back(self, tenant: str, number_id: str, revision: int, *, note: str = "", by: str) -> NumberEntry:
        """Let a number be answered by what answered it before; done again, by what answered before that.

        Raises NotFound, Stale, NoWayBack.
        """
        with self._db.write() as session:
            number = owned(session, Number, "number", tenant, number_id, lock=True)
            based_on(number, revision)
            old = _before(session, number)
            stamp(self._db, number, by)
            _release(session, number, old.flow_id, old.version, note, before_id=old.before_id, rolled_back=True)
            self._db.touch_directory(session, tenant)
            entry = number_entry(session, number)
            details = {"flow": entry.flow_name, "version": entry.version, "flow_id": entry.flow_id, "note": note}
            self._note(session, tenant, "number.roll_back", number_thing(number), details)
            return entry


def bind(session: Session, number: Number, flow_id: str | None, version: int | None, note: str) -> None:
    """Let a number that was just stamped be answered by a version, or by none. The same as now is no new release."""
    last = _last(session, number)
    if flow_id is None or version is None:
        number.release_id = None
    elif last is None:
        _release(session, number, flow_id, version, note, before_id=None)
    elif (last.flow_id, last.version) != (flow_id, version):
        _release(session, number, flow_id, version, note, before_id=last.id)
    elif number.release_id is None:
        _release(session, number, flow_id, version, note, before_id=last.before_id)


def _release(
    session: Session,
    number: Number,
    flow_id: str,
    version: int,
    note: str,
    *,
    before_id: str | None,
    rolled_back: bool = False,
) -> None:
    made = Release(
        tenant_id=number.tenant_id,
        id=new_id(),
        number_id=number.id,
        revision=number.revision,
        flow_id=flow_id,
        version=version,
        before_id=before_id,
        rolled_back=rolled_back,
        released_by=number.updated_by,
        released_at=number.updated_at,
        note=note,
    )
    session.add(made)
    session.flush()  # before the number names it
    number.release_id = made.id
    session.flush()


def _last(session: Session, number: Number) -> Release | None:
    """What answers a number, or answered it when it was bound last."""
    if number.release_id is not None:
        return session.get(Release, (number.tenant_id, number.release_id))
    mine = select(Release).where(Release.tenant_id == number.tenant_id, Release.number_id == number.id)
    return session.scalars(mine.order_by(Release.revision.desc()).limit(1)).one_or_none()


def _before(session: Session, number: Number) -> Release:
    """What answered a number before; where nothing does now, what did last. Raises NoWayBack."""
    last = _last(session, number)
    if number.release_id is None and last is not None:
        return last
    if last is None or last.before_id is None:
        raise NoWayBack(display(number.digits), deleted=False)
    before = session.get(Release, (number.tenant_id, last.before_id))
    if before is None:
        raise NoWayBack(display(number.digits), deleted=True)
    return before


def _entries(session: Session, tenant: str, releases: list[Release]) -> list[ReleaseEntry]:
    flows = select(Flow.id, Flow.name).where(
        Flow.tenant_id == tenant, Flow.id.in_({release.flow_id for release in releases})
    )
    names = {row.id: row.name for row in session.execute(flows)}
    return [ReleaseEntry(release, names[release.flow_id]) for release in releases]


def number_entry(session: Session, number: Number) -> NumberEntry:
    """A number with what answers it."""
    return number_entries(session, number.tenant_id, Number.id == number.id)[0]


def number_entries(session: Session, tenant: str, *conditions: ColumnExpressionArgument[bool]) -> list[NumberEntry]:
    """Numbers with what answers each, by their digits."""
    wanted = select(Number, Release, Flow.name).outerjoin(Release, PRESENT).outerjoin(Flow, FLOW)
    rows = session.execute(wanted.where(Number.tenant_id == tenant, *conditions).order_by(Number.digits))
    return [NumberEntry(number, release, flow_name) for number, release, flow_name in rows]


def answering(tenant: str | None, *columns: InstrumentedAttribute[Any]) -> Select[Any]:
    """Columns of the releases that answer a tenant's numbers, and of these."""
    return select(*columns).select_from(Release).join(Number, PRESENT).where(Number.tenant_id == tenant)


def published(session: Session, tenant: str, flow_id: str, number: int) -> FlowVersion:
    """Raises NotFound."""
    version = session.get(FlowVersion, (tenant, flow_id, number))
    if version is None:
        raise NotFound("version", str(number))
    return version
