"""Days that are not as the calendar has them: the installation's, and each tenant's own before them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.audit import INSTALLATION, Thing
from store.errors import BadValue, NotFound, Stale
from store.models import Calendar, CalendarDay, PublicDay
from store.records import Day, Days, ImportedDays
from store.repositories.base import Repository

FIRST_YEAR, LAST_YEAR = 2000, 2199
LONGEST_NAME = 50

Row = TypeVar("Row", PublicDay, CalendarDay)


class DayRepository(Repository):
    """A tenant's days have one revision, whichever of them changes: an import changes many at once."""

    def read(self, tenant: str) -> Days:
        """All days that count for a tenant."""
        with self._db.read() as session:
            return days_of(session, tenant)

    def put(self, tenant: str, revision: int, days: Sequence[Day], *, by: str) -> ImportedDays:
        """Add days, or change those of the same date; all or none. revision: of the tenant's days, 0 for no calendar.

        Of a file: a day of the tenant's own stays where the announcement has it otherwise. Raises Stale, BadValue.
        """
        _check(days)
        with self._db.write() as session:
            self._touch(session, tenant, revision, by)
            rows = session.scalars(select(CalendarDay).where(CalendarDay.tenant_id == tenant))
            told = self._put(session, {row.day: row for row in rows}, days, by, tenant)
            self._note(session, tenant, "calendar.import", Thing("calendar"), asdict(told))
            return told

    def replace(self, tenant: str, revision: int, day: Day, *, by: str) -> None:
        """Set one day as somebody wants it, whatever stood there. Raises Stale, BadValue."""
        _check([day])
        with self._db.write() as session:
            self._touch(session, tenant, revision, by)
            row = session.get(CalendarDay, (tenant, day.day))
            if row is None:
                row = CalendarDay(tenant_id=tenant, day=day.day)
                session.add(row)
            self._set(row, day, by)
            details = {"workday": day.workday, "name": day.name}
            self._note(session, tenant, "calendar.set_day", _thing(day.day), details)

    def remove(self, tenant: str, revision: int, day: date, *, by: str) -> None:
        """Let a day be as the installation or the calendar has it. Raises Stale, NotFound."""
        with self._db.write() as session:
            self._touch(session, tenant, revision, by)
            row = session.get(CalendarDay, (tenant, day))
            if row is None:
                raise NotFound("day", day.isoformat())
            session.delete(row)
            self._note(session, tenant, "calendar.remove_day", _thing(day))

    def public(self) -> list[PublicDay]:
        """The installation's days in order."""
        with self._db.read() as session:
            return list(session.scalars(select(PublicDay).order_by(PublicDay.day)))

    def put_public(self, days: Sequence[Day], *, by: str) -> ImportedDays:
        """As ``put``, for the whole installation. Raises BadValue."""
        _check(days)
        with self._db.write() as session:
            self._db.touch_directory(session)
            rows = {row.day: row for row in session.scalars(select(PublicDay))}
            told = self._put(session, rows, days, by, None)
            self._note(session, INSTALLATION, "calendar.import", Thing("calendar"), asdict(told))
            return told

    def remove_public(self, day: date) -> None:
        """Raises NotFound."""
        with self._db.write() as session:
            self._db.touch_directory(session)
            row = session.get(PublicDay, day)
            if row is None:
                raise NotFound("day", day.isoformat())
            session.delete(row)
            self._note(session, INSTALLATION, "calendar.remove_day", _thing(day))

    def _touch(self, session: Session, tenant: str, revision: int, by: str) -> None:
        """Count the calendar up, and hold it. Raises Stale."""
        self._db.touch_directory(session, tenant)  # first, for it lets one writer in at a time
        calendar = session.get(Calendar, tenant, with_for_update=True)
        if calendar is None:
            calendar = Calendar(tenant_id=tenant, revision=0, updated_by=by, updated_at=self._db.clock())
            session.add(calendar)
        if calendar.revision != revision:
            raise Stale(calendar.updated_by, calendar.updated_at, calendar.revision)
        calendar.revision += 1
        calendar.updated_by, calendar.updated_at = by, self._db.clock()

    def _put(
        self, session: Session, present: dict[date, Row], days: Iterable[Day], by: str, tenant: str | None
    ) -> ImportedDays:
        added = changed = unchanged = kept = 0
        for day in days:
            row = present.get(day.day)
            if row is None:
                session.add(self._set(PublicDay() if tenant is None else CalendarDay(tenant_id=tenant), day, by))
                added += 1
            elif (row.workday, row.name, row.source) == (day.workday, day.name, day.source):
                unchanged += 1
            elif row.source == "own" and day.source == "notice":
                kept += 1
            else:
                self._set(row, day, by)
                changed += 1
        return ImportedDays(added, changed, unchanged, kept)

    def _set(self, row: PublicDay | CalendarDay, day: Day, by: str) -> PublicDay | CalendarDay:
        row.day, row.workday, row.name, row.source = day.day, day.workday, day.name, day.source
        row.updated_by, row.updated_at = by, self._db.clock()
        return row


def _thing(day: date) -> Thing:
    return Thing("day", day.isoformat(), day.isoformat())


def days_of(session: Session, tenant: str) -> Days:
    """All days that count for a tenant."""
    public = list(session.scalars(select(PublicDay).order_by(PublicDay.day)))
    own = list(session.scalars(select(CalendarDay).where(CalendarDay.tenant_id == tenant).order_by(CalendarDay.day)))
    calendar = session.get(Calendar, tenant)
    return Days(0 if calendar is None else calendar.revision, own, public)


def _check(days: Iterable[Day]) -> None:
    for day in days:
        if not FIRST_YEAR <= day.day.year <= LAST_YEAR:
            years = f"{FIRST_YEAR}–{LAST_YEAR}"
            raise BadValue("day", f"日期应在 {years} 年之间：{day.day}", f"days lie in {years}: {day.day}")
        if len(day.name) > LONGEST_NAME:
            raise BadValue("name", f"名称最多 {LONGEST_NAME} 个字", f"a name has {LONGEST_NAME} characters at most")
