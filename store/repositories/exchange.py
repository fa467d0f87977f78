"""What each tenant's telephones do by dialling, and which of them may do more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.audit import Thing
from store.errors import BadValue, Duplicate, Stale
from store.models import ExchangeSettings, Extension
from store.pins import NO_PIN, hash_pin
from store.records import ExchangeEntry
from store.repositories.base import Repository, based_on, stamp, unique


class ExchangeRepository(Repository):
    """Operators are named by their numbers, and kept by who they are: whoever gets a freed number gets no right."""

    def get(self, tenant: str) -> ExchangeEntry:
        """The tenant's; before anybody changed anything at revision 0: the usual codes, nobody, no PIN."""
        with self._db.read() as session:
            return _entry(session, self._row(session, tenant))

    def put(
        self, tenant: str, revision: int, *, codes: Mapping[str, str], operators: Sequence[str],
        pin: str | None = None, by: str,
    ) -> ExchangeEntry:  # fmt: skip
        """pin: digits, "" for none any more, None to leave it. Raises Stale, BadValue (an operator that is none)."""
        try:
            with self._db.write() as session, unique("exchange", "tenant", tenant):
                self._db.touch_directory(session, tenant)
                row = self._row(session, tenant, for_update=True)
                based_on(row, revision)
                session.add(row)
                row.codes, row.operators = dict(codes), _ids(session, tenant, operators)
                if pin is not None:
                    row.pin = hash_pin(pin) if pin else NO_PIN
                stamp(self._db, row, by)
                session.flush()
                details = {"codes": dict(codes), "operators": list(operators)}
                if pin is not None:
                    details["pin"] = "set" if pin else "removed"
                self._note(session, tenant, "exchange.change", Thing("exchange"), details)
                return _entry(session, row)
        except Duplicate:  # two changed it at the same moment, and nobody before them
            first = self.get(tenant).settings
            raise Stale(first.updated_by, first.updated_at, first.revision) from None

    def lock(self, tenant: str, pin: str) -> None:
        """Take a PIN away that was guessed at too often, if it still is the one. pin: hashed."""
        with self._db.write() as session:
            self._db.touch_directory(session, tenant)
            row = self._row(session, tenant, for_update=True)
            if row.pin == pin and pin != NO_PIN:
                row.pin = NO_PIN
                stamp(self._db, row, row.updated_by)
                self._note(session, tenant, "exchange.lock", Thing("exchange"))

    def _row(self, session: Session, tenant: str, *, for_update: bool = False) -> ExchangeSettings:
        found = session.get(ExchangeSettings, tenant, with_for_update=for_update)
        return found or ExchangeSettings(
            tenant_id=tenant, codes={}, operators=[], pin=NO_PIN, revision=0, updated_by="", updated_at=self._db.clock()
        )


def exchange_of(session: Session, tenant: str) -> ExchangeEntry | None:
    """None where nobody has changed anything."""
    row = session.get(ExchangeSettings, tenant)
    return None if row is None else _entry(session, row)


def _entry(session: Session, row: ExchangeSettings) -> ExchangeEntry:
    mine = select(Extension.number).where(Extension.tenant_id == row.tenant_id, Extension.id.in_(row.operators))
    numbers = session.scalars(mine.order_by(Extension.number)) if row.operators else ()
    return ExchangeEntry(row, tuple(numbers))


def _ids(session: Session, tenant: str, numbers: Sequence[str]) -> list[str]:
    rows = session.execute(
        select(Extension.number, Extension.id).where(Extension.tenant_id == tenant, Extension.number.in_(numbers))
    )
    known = {row.number: row.id for row in rows}
    missing = [number for number in numbers if number not in known]
    if missing:
        raise BadValue("operators", f"没有分机 {missing[0]}", f"there is no extension {missing[0]}")
    return sorted(known.values())
