"""Whose a number is: the platform gives it, a tenant asks for it."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.audit import Thing
from store.errors import Duplicate, GivenElsewhere
from store.ids import new_id
from store.models import Number, Tenant
from store.numbers import display, national, normalise
from store.repositories.base import Repository, stamp, unique


class NumberGiving(Repository):
    """The part of the numbers' repository by which they come and go across tenants."""

    def create(self, tenant: str, text: str, *, by: str) -> Number:
        """Give a number to a tenant, which may have asked for it: the platform's business.

        Raises BadValue (not a telephone number), Duplicate (the tenant has it), GivenElsewhere.
        """
        return self._put(tenant, text, given=True, by=by)

    def ask(self, tenant: str, text: str, *, by: str) -> Number:
        """A number that the tenant wants: given at once to the only tenant there is, else when the platform gives it.

        Nothing is said of other tenants: they may have it, or ask for it too. Raises BadValue, Duplicate.
        """
        with self._db.read() as session:
            alone = session.scalar(select(func.count()).select_from(Tenant)) == 1
        return self._put(tenant, text, given=alone, by=by)

    def take(self, text: str) -> str | None:
        """Take a number back from whom it was given to; returns that tenant's name, None where nobody has it."""
        with self._db.write() as session:
            owner = _owner(session, normalise(text))
            if owner is None:
                return None
            number, tenant = owner
            session.delete(number)
            self._db.touch_directory(session, tenant.id)
            self._note(session, tenant.id, "number.take", number_thing(number))
            return tenant.name

    def asked(self) -> list[tuple[Number, str]]:
        """Numbers that are asked for and the names of the tenants; for the platform, not for a page."""
        wanted = select(Number, Tenant.name).join(Tenant, Tenant.id == Number.tenant_id).where(~Number.given)
        with self._db.read() as session:
            return [(number, name) for number, name in session.execute(wanted.order_by(Number.digits, Tenant.name))]

    def _put(self, tenant: str, text: str, *, given: bool, by: str) -> Number:
        digits = normalise(text)
        with self._db.write() as session, unique("number", "number", text):
            owner = _owner(session, digits) if given else None
            if owner is not None and owner[1].id != tenant:
                raise GivenElsewhere(text, owner[1].name)
            here = select(Number).where(Number.tenant_id == tenant, Number.digits == digits)
            number = session.scalars(here.with_for_update()).one_or_none()
            if number is not None and (number.given or not given):
                raise Duplicate("number", "number", text)
            if number is None:
                number = Number(tenant_id=tenant, id=new_id(), text=national(digits), digits=digits, revision=0)
                session.add(number)
            number.given = given
            stamp(self._db, number, by)
            session.flush()
            self._db.touch_directory(session, tenant)
            self._note(session, tenant, "number.give" if given else "number.ask", number_thing(number))
        return number


def number_thing(number: Number) -> Thing:
    """As the audit log names it."""
    return Thing("number", number.id, display(number.digits))


def _owner(session: Session, digits: str) -> tuple[Number, Tenant] | None:
    """The number and whom it was given to."""
    wanted = select(Number, Tenant).join(Tenant, Tenant.id == Number.tenant_id)
    row = session.execute(wanted.where(Number.digits == digits, Number.given)).one_or_none()
    return None if row is None else (row[0], row[1])
