"""Finished calls, their recordings and voicemails, the counts per exit and of attempts in vain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, undefer

from store.audit import Thing
from store.errors import NotFound
from store.models import BranchCount, Call, CallInputs, MissCount, Recording, Voicemail
from store.numbers import national
from store.records import FIRST, CallRecord, Paged, Query, Written
from store.repositories.base import Repository, based_on, owned, page_of, stamp
from store.repositories.call_writer import write_calls


class CallRepository(Repository):
    def write(self, batch: Sequence[CallRecord]) -> Written:
        """Store finished calls with their inputs, recordings and voicemails, and count their exits; one transaction.

        A call whose id is known already changes nothing, so a journal may be replayed.
        """
        with self._db.write_connection() as connection:
            return write_calls(connection, batch)

    def page(
        self,
        tenant: str,
        query: Query = FIRST,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Paged[Call]:
        """Calls started in [since, until), without ``steps`` and ``legs``.

        Sorts: started_at (default: newest first) and others.
        """
        statement = select(Call).where(Call.tenant_id == tenant)
        if since is not None:
            statement = statement.where(Call.started_at >= since)
        if until is not None:
            statement = statement.where(Call.started_at < until)
        with self._db.read() as session:
            return page_of(
                session,
                statement,
                query,
                search=(Call.flow_name,),
                numbers=(Call.caller, Call.called, Call.answered_by),
                sorts={
                    "id": Call.id,
                    "started_at": Call.started_at,
                    "ended_at": Call.ended_at,
                    "caller": Call.caller,
                    "called": Call.called,
                    "cause": Call.cause,
                },
                default="-started_at",
            )

    def count(self, tenant: str, number: str, since: datetime, until: datetime) -> int:
        """How many calls of one of our numbers (digits) started in [since, until)."""
        wanted = select(func.count()).where(
            Call.tenant_id == tenant, Call.started_at >= since, Call.started_at < until, Call.number == number
        )
        with self._db.read() as session:
            return session.scalar(wanted) or 0

    def get(self, tenant: str, call_id: str) -> Call:
        """With ``steps`` and ``legs``. Raises NotFound."""
        wanted = select(Call).where(Call.tenant_id == tenant, Call.id == call_id)
        wanted = wanted.options(undefer(Call.steps), undefer(Call.legs))
        with self._db.read() as session:
            call = session.scalars(wanted).one_or_none()
        if call is None:
            raise NotFound("call", call_id)
        return call

    def inputs(self, tenant: str, call_id: str) -> str | None:
        """What the call's session was handed, as JSON; None for calls of before such was kept."""
        wanted = select(CallInputs.inputs).where(CallInputs.tenant_id == tenant, CallInputs.call_id == call_id)
        with self._db.read() as session:
            return session.scalar(wanted)

    def recordings(self, tenant: str, call_id: str) -> list[Recording]:
        wanted = select(Recording).where(Recording.tenant_id == tenant, Recording.call_id == call_id)
        with self._db.read() as session:
            return list(session.scalars(wanted.order_by(Recording.started_at)))

    def recording(self, tenant: str, recording_id: str) -> Recording:
        """Raises NotFound."""
        with self._db.read() as session:
            return owned(session, Recording, "recording", tenant, recording_id)

    def paths(self) -> Iterator[str]:
        """Files of all recordings and messages of all tenants, relative to the data folder; for the upkeep."""
        with self._db.read() as session:
            for path in (Recording.path, Voicemail.path):
                yield from session.scalars(select(path).execution_options(yield_per=1000))

    def counts(self, tenant: str, flow_id: str, day: date, version: int | None = None) -> dict[str, dict[str, int]]:
        """node -> exit -> how many callers on that day (the tenant's), in one version of the flow or in all."""
        return self._figures(BranchCount, BranchCount.exit, tenant, flow_id, day, version)

    def misses(self, tenant: str, flow_id: str, day: date, version: int | None = None) -> dict[str, dict[str, int]]:
        """node -> ``no_input`` or ``no_match`` -> how often callers were asked there in vain on that day."""
        return self._figures(MissCount, MissCount.why, tenant, flow_id, day, version)

    def _figures(
        self,
        model: type[BranchCount] | type[MissCount],
        of: InstrumentedAttribute[str],
        tenant: str,
        flow_id: str,
        day: date,
        version: int | None,
    ) -> dict[str, dict[str, int]]:
        wanted = select(model.node, of, func.sum(model.n)).where(
            model.tenant_id == tenant, model.flow_id == flow_id, model.day == day
        )
        if version is not None:
            wanted = wanted.where(model.version == version)
        figures: dict[str, dict[str, int]] = {}
        with self._db.read() as session:
            for node, name, n in session.execute(wanted.group_by(model.node, of)):
                figures.setdefault(node, {})[name] = n
        return figures


class VoicemailRepository(Repository):
    def page(self, tenant: str, query: Query = FIRST, *, box: str | None = None) -> Paged[Voicemail]:
        """Sorts: recorded_at (default: newest first), box, caller, seconds, heard_at."""
        statement = select(Voicemail).where(Voicemail.tenant_id == tenant)
        if box is not None:
            statement = statement.where(Voicemail.box == box)
        with self._db.read() as session:
            return page_of(
                session,
                statement,
                query,
                search=(),
                numbers=(Voicemail.box, Voicemail.caller, Voicemail.called),
                sorts={
                    "id": Voicemail.id,
                    "recorded_at": Voicemail.recorded_at,
                    "box": Voicemail.box,
                    "caller": Voicemail.caller,
                    "seconds": Voicemail.seconds,
                    "heard_at": Voicemail.heard_at,
                },
                default="-recorded_at",
            )

    def get(self, tenant: str, voicemail_id: str) -> Voicemail:
        """Raises NotFound."""
        with self._db.read() as session:
            return owned(session, Voicemail, "voicemail", tenant, voicemail_id)

    def boxes(self, tenant: str) -> list[str]:
        """Names of the boxes that hold messages."""
        wanted = select(Voicemail.box).where(Voicemail.tenant_id == tenant).distinct().order_by(Voicemail.box)
        with self._db.read() as session:
            return list(session.scalars(wanted))

    def in_box(self, tenant: str, box: str, most: int) -> list[Voicemail]:
        """What is to be heard in a box: the new first, then what was heard before; each from the oldest on."""
        wanted = (
            select(Voicemail).where(Voicemail.tenant_id == tenant, Voicemail.box == box)
            .order_by(Voicemail.heard_at.is_not(None), Voicemail.recorded_at, Voicemail.id).limit(most)
        )  # fmt: skip
        with self._db.read() as session:
            return list(session.scalars(wanted))

    def set_heard(self, tenant: str, voicemail_id: str, revision: int, heard: bool, *, by: str) -> Voicemail:
        """The first hearing counts: hearing again changes nothing. Raises NotFound, Stale."""
        with self._db.write() as session:
            voicemail = owned(session, Voicemail, "voicemail", tenant, voicemail_id, lock=True)
            based_on(voicemail, revision)
            if heard != (voicemail.heard_at is not None):
                stamp(self._db, voicemail, by)
                voicemail.heard_at, voicemail.heard_by = (voicemail.updated_at, by) if heard else (None, None)
                self._note(session, tenant, "voicemail.mark", voicemail_thing(voicemail), {"heard": heard})
        return voicemail

    def delete(self, tenant: str, voicemail_id: str, revision: int) -> str:
        """Forget it; answers the path of its file, which the caller removes. Raises NotFound, Stale."""
        with self._db.write() as session:
            voicemail = owned(session, Voicemail, "voicemail", tenant, voicemail_id, lock=True)
            based_on(voicemail, revision)
            session.delete(voicemail)
            self._note(session, tenant, "voicemail.delete", voicemail_thing(voicemail))
        return voicemail.path


def voicemail_thing(voicemail: Voicemail) -> Thing:
    """As the audit log names it."""
    return Thing("voicemail", voicemail.id, f"{voicemail.box} {national(voicemail.caller)}")
