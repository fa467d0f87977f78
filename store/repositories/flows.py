"""Flows and their published versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import orjson
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer

from store.audit import Thing
from store.errors import InUse, NewestVersion
from store.ids import new_id
from store.models import Flow, FlowVersion, Number, Release
from store.numbers import display
from store.records import FIRST, Document, FlowDocument, FlowEntry, NumberEntry, Paged, Query, Use, VersionEntry
from store.repositories.base import Repository, based_on, owned, page_of, stamp, unique
from store.repositories.prompts import remember_audio
from store.repositories.quotas import document_bytes, forget_unused_audio, usage
from store.repositories.releases import answering, number_entries, published


class FlowRepository(Repository):
    """Drafts and versions. A version never changes; a number is bound to a version, not to a draft."""

    def create(self, tenant: str, name: str, document: Document, *, by: str) -> Flow:
        """Raises Duplicate, QuotaExceeded."""
        flow = Flow(
            tenant_id=tenant,
            id=new_id(),
            name=name,
            document=document,
            latest_version=None,
            revision=1,
            updated_by=by,
            updated_at=self._db.clock(),
        )
        with self._db.write() as session, unique("flow", "name", name):
            usage(session, tenant, "flows").room_for(1)
            usage(session, tenant, "documents").room_for(_characters(document))
            session.add(flow)
            session.flush()
            self._note(session, tenant, "flow.create", Thing("flow", flow.id, name))
        return flow

    def get(self, tenant: str, flow_id: str) -> Flow:
        with self._db.read() as session:
            return owned(session, Flow, "flow", tenant, flow_id)

    def page(self, tenant: str, query: Query = FIRST) -> Paged[FlowEntry]:
        """Sorts: name, updated_at (default: newest first), revision."""
        with self._db.read() as session:
            flows = page_of(
                session,
                select(Flow).where(Flow.tenant_id == tenant).options(defer(Flow.document, raiseload=True)),
                query,
                search=(Flow.name,),
                sorts={
                    "id": Flow.id,
                    "name": Flow.name,
                    "updated_at": Flow.updated_at,
                    "revision": Flow.revision,
                },
                default="-updated_at",
                elsewhere=lambda matches: Flow.id.in_(
                    answering(tenant, Release.flow_id).where(matches((), (Number.digits,)))
                ),
            )
            bound = _bound(session, tenant, [flow.id for flow in flows.items])
        entries = [FlowEntry(flow, [n for n in bound if n.flow_id == flow.id]) for flow in flows.items]
        return Paged(entries, flows.total, flows.page, flows.size)

    def documents(self, tenant: str) -> list[tuple[str, Document]]:
        """(name, draft) of every flow and (name, document) of every version bound to a number.

        This is where a prompt or an extension may be in use.
        """
        return [(found.name, found.document) for found in self.documents_in_use(tenant)]

    def documents_in_use(self, tenant: str) -> list[FlowDocument]:
        """The same with the flow and version of each."""
        drafts = select(Flow.id, Flow.name, Flow.document).where(Flow.tenant_id == tenant)
        with self._db.read() as session:
            found = [FlowDocument(flow_id, name, None, document) for flow_id, name, document in session.execute(drafts)]
            found += [
                FlowDocument(flow_id, name, version, document)
                for name, document, flow_id, version in session.execute(_bound_documents(tenant))
            ]
        return found

    def bound_documents(self, tenant: str) -> list[tuple[str, Document]]:
        """(flow's name, document) of every version that a number is bound to, each once."""
        with self._db.read() as session:
            return [(name, document) for name, document, *_ in session.execute(_bound_documents(tenant))]

    def save(
        self, tenant: str, flow_id: str, revision: int, *, document: Document, name: str | None = None, by: str
    ) -> Flow:
        """The new draft; ``name`` renames the flow. Raises NotFound, Stale, Duplicate, QuotaExceeded."""
        with self._db.write() as session, unique("flow", "name", name or ""):
            flow = owned(session, Flow, "flow", tenant, flow_id, lock=True)
            based_on(flow, revision)
            more = _characters(document) - document_bytes(session, tenant, flow_id)
            if more > 0:
                usage(session, tenant, "documents").room_for(more)
            flow.document = document
            if name is not None and name != flow.name:
                flow.name = name
                self._db.touch_directory(session, tenant)
            stamp(self._db, flow, by)
            session.flush()
            self._note(session, tenant, "flow.save", Thing("flow", flow_id, flow.name), {"revision": flow.revision})
        return flow

    def delete(self, tenant: str, flow_id: str, revision: int) -> None:
        """The flow with all its versions. Raises NotFound, Stale, InUse(by numbers)."""
        with self._db.write() as session:
            flow = owned(session, Flow, "flow", tenant, flow_id, lock=True)
            based_on(flow, revision)
            if bound := _bound(session, tenant, [flow_id]):
                raise InUse([_use(entry) for entry in bound])
            session.delete(flow)
            session.flush()
            forget_unused_audio(session, tenant)
            self._note(session, tenant, "flow.delete", Thing("flow", flow_id, flow.name))

    def publish(
        self,
        tenant: str,
        flow_id: str,
        revision: int,
        *,
        prompts: dict[str, str],
        audio: Mapping[str, float] = MappingProxyType({}),
        note: str,
        by: str,
    ) -> FlowVersion:
        """Make the draft at ``revision`` the next version. prompts: prompt key -> sha256 of its audio.

        audio: seconds of what was spoken for it, by SHA-256; it is the tenant's from now on.
        It counts the draft's revision up too: whoever knew an older state would publish the same once more, or delete
        what is in use since.
        Raises NotFound, Stale, QuotaExceeded.
        """
        with self._db.write() as session:
            flow = owned(session, Flow, "flow", tenant, flow_id, lock=True)
            based_on(flow, revision)
            usage(session, tenant, "versions").room_for(1)
            usage(session, tenant, "documents").room_for(document_bytes(session, tenant, flow_id))
            remember_audio(self._db, session, tenant, audio)
            flow.latest_version = (flow.latest_version or 0) + 1
            version = FlowVersion(
                tenant_id=tenant,
                flow_id=flow_id,
                number=flow.latest_version,
                document=flow.document,
                prompts=prompts,
                note=note,
                published_by=by,
                published_at=self._db.clock(),
            )
            session.add(version)
            stamp(self._db, flow, by)
            details = {"version": version.number, "note": note}
            self._note(session, tenant, "flow.publish", Thing("flow", flow_id, flow.name), details)
        return version

    def delete_version(self, tenant: str, flow_id: str, number: int) -> None:
        """Forget an old version. Raises NotFound, InUse(by numbers, or because it is the newest)."""
        with self._db.write() as session:
            flow = owned(session, Flow, "flow", tenant, flow_id, lock=True)
            version = published(session, tenant, flow_id, number)
            if bound := [one for one in _bound(session, tenant, [flow_id]) if one.version == number]:
                raise InUse([_use(entry) for entry in bound])
            if number == flow.latest_version:
                raise NewestVersion(number)
            session.delete(version)
            session.flush()
            forget_unused_audio(session, tenant)
            self._note(session, tenant, "flow.delete_version", Thing("flow", flow_id, flow.name), {"version": number})

    def numbers_of(self, tenant: str, flow_id: str) -> list[NumberEntry]:
        """All numbers bound to any version of the flow."""
        with self._db.read() as session:
            return _bound(session, tenant, [flow_id])

    def version(self, tenant: str, flow_id: str, number: int) -> FlowVersion:
        """Raises NotFound."""
        with self._db.read() as session:
            return published(session, tenant, flow_id, number)

    def versions(self, tenant: str, flow_id: str, query: Query = FIRST) -> Paged[VersionEntry]:
        """Sorts: number (default: newest first), published_at. Raises NotFound for the flow."""
        with self._db.read() as session:
            owned(session, Flow, "flow", tenant, flow_id)
            versions = page_of(
                session,
                select(FlowVersion)
                .where(FlowVersion.tenant_id == tenant, FlowVersion.flow_id == flow_id)
                .options(defer(FlowVersion.document, raiseload=True), defer(FlowVersion.prompts, raiseload=True)),
                query,
                search=(FlowVersion.note, FlowVersion.published_by),
                sorts={"number": FlowVersion.number, "published_at": FlowVersion.published_at},
                default="-number",
            )
            bound = _bound(session, tenant, [flow_id])
        entries = [VersionEntry(v, [n for n in bound if n.version == v.number]) for v in versions.items]
        return Paged(entries, versions.total, versions.page, versions.size)


def _bound_documents(tenant: str) -> Select[str, Document, str, int]:
    numbers = answering(tenant, Release.id).where(
        Release.flow_id == FlowVersion.flow_id, Release.version == FlowVersion.number
    )
    return (
        select(Flow.name, FlowVersion.document, FlowVersion.flow_id, FlowVersion.number)
        .join(FlowVersion, (FlowVersion.tenant_id == Flow.tenant_id) & (FlowVersion.flow_id == Flow.id))
        .where(Flow.tenant_id == tenant, numbers.exists())
    )


def _characters(document: Document) -> int:
    """As the database counts it."""
    return len(orjson.dumps(document).decode())


def _bound(session: Session, tenant: str, flow_ids: Iterable[str]) -> list[NumberEntry]:
    return number_entries(session, tenant, Release.flow_id.in_(list(flow_ids)))


def _use(entry: NumberEntry) -> Use:
    return Use("number", entry.number.id, display(entry.number.digits), entry.version)
