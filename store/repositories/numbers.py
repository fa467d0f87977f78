"""Numbers that callers dial: what answers them, their day/night switch."""

from __future__ import annotations

from sqlalchemy import func, select

from store.calling import shown_by
from store.errors import InUse, NotGiven
from store.models import Flow, Number, Release
from store.numbers import display
from store.records import FIRST, NumberEntry, Paged, Query, Use
from store.repositories.base import based_on, owned, page_of, stamp
from store.repositories.number_giving import NumberGiving, number_thing
from store.repositories.releases import FLOW, bind, number_entries, number_entry, published


class NumberRepository(NumberGiving):
    def get(self, tenant: str, number_id: str) -> NumberEntry:
        with self._db.read() as session:
            return number_entry(session, owned(session, Number, "number", tenant, number_id))

    def page(self, tenant: str, query: Query = FIRST) -> Paged[NumberEntry]:
        """Sorts: number (default), updated_at."""
        with self._db.read() as session:
            numbers = page_of(
                session,
                select(Number).where(Number.tenant_id == tenant),
                query,
                search=(Number.text,),
                numbers=(Number.digits,),
                sorts={"number": Number.digits, "updated_at": Number.updated_at},
                default="number",
                elsewhere=lambda matches: Number.release_id.in_(
                    select(Release.id).join(Flow, FLOW).where(Flow.tenant_id == tenant, matches((Flow.name,)))
                ),
            )
            entries = number_entries(session, tenant, Number.id.in_([number.id for number in numbers.items]))
        found = {entry.number.id: entry for entry in entries}
        return Paged([found[number.id] for number in numbers.items], numbers.total, numbers.page, numbers.size)

    def update(
        self,
        tenant: str,
        number_id: str,
        revision: int,
        *,
        flow_id: str | None,
        version: int | None,
        enabled: bool,
        note: str = "",
        by: str,
    ) -> NumberEntry:
        """Bind the number to a published version (both None: to nothing), switch it on or off.

        Another version than before is a release. note: why. Raises NotFound (number or version), Stale, NotGiven.
        """
        with self._db.write() as session:
            number = owned(session, Number, "number", tenant, number_id, lock=True)
            based_on(number, revision)
            if flow_id is not None and not number.given:
                raise NotGiven(display(number.digits))
            if flow_id is not None or version is not None:
                published(session, tenant, flow_id or "", version or 0)
            number.enabled = enabled
            stamp(self._db, number, by)
            bind(session, number, flow_id, version, note)
            session.flush()
            self._db.touch_directory(session, tenant)
            entry = number_entry(session, number)
            details = {
                "flow": entry.flow_name, "version": version, "enabled": enabled, "flow_id": flow_id, "note": note
            }  # fmt: skip
            self._note(session, tenant, "number.bind", number_thing(number), details)
            return entry

    def set_switch(self, tenant: str, number_id: str, revision: int, switch: str, *, by: str) -> NumberEntry:
        """Let the day/night switch decide where hours do, or the calendar again (``auto``). Raises NotFound, Stale."""
        with self._db.write() as session:
            number = owned(session, Number, "number", tenant, number_id, lock=True)
            based_on(number, revision)
            stamp(self._db, number, by)
            number.switch, number.switched_by, number.switched_at = switch, by, number.updated_at
            session.flush()
            self._db.touch_directory(session, tenant)
            self._note(session, tenant, "number.switch", number_thing(number), {"switch": switch})
            return number_entry(session, number)

    def set_all_switches(self, tenant: str, switch: str, *, by: str) -> None:
        """The same for all of the tenant's numbers, whatever they were at."""
        with self._db.write() as session:
            self._db.touch_directory(session, tenant)  # first, for it lets one writer in at a time
            mine = select(Number).where(Number.tenant_id == tenant, Number.given, Number.switch != switch)
            for number in session.scalars(mine):
                stamp(self._db, number, by)
                number.switch, number.switched_by, number.switched_at = switch, by, number.updated_at
                self._note(session, tenant, "number.switch", number_thing(number), {"switch": switch})

    def delete(self, tenant: str, number_id: str, revision: int) -> None:
        """Raises NotFound, Stale, InUse (by the flow while it is bound, by whose calls out show it)."""
        with self._db.write() as session:
            number = owned(session, Number, "number", tenant, number_id, lock=True)
            based_on(number, revision)
            bound = number_entry(session, number)
            if bound.flow_id is not None:
                raise InUse([Use("flow", bound.flow_id, bound.flow_name or "", bound.version)])
            if uses := shown_by(session, tenant, number.digits):
                raise InUse(uses)
            session.delete(number)
            self._db.touch_directory(session, tenant)
            self._note(session, tenant, "number.delete", number_thing(number))

    def count(self, tenant: str) -> int:
        with self._db.read() as session:
            counted = select(func.count()).select_from(Number).where(Number.tenant_id == tenant)
            return session.scalar(counted) or 0
