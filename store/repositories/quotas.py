"""What each tenant has and may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select, String, cast, delete, func, select
from sqlalchemy.orm import Session

from store.audit import Thing
from store.errors import NotFound
from store.models import Audio, Flow, FlowVersion, Prompt, Quota, Recording, Tenant, Voicemail
from store.quotas import AUDIO_BYTES_PER_SECOND, NAMES, RECORDING_BYTES_PER_SECOND, USUAL, Name, Usage
from store.repositories.base import Repository

DROPPED_AT_ONCE = 1000
"""Of each kind; the rest goes with the next round."""


class QuotaRepository(Repository):
    """Quotas as the platform set them; the repositories ask ``usage`` before they write."""

    def all(self, tenant: str) -> list[Usage]:
        """What the tenant has of everything, and may have."""
        with self._db.read() as session:
            return [usage(session, tenant, name) for name in NAMES]

    def set(self, tenant: str, most: Mapping[str, int | None]) -> None:
        """The tenant's own quotas; None: the usual one again. Raises NotFound."""
        with self._db.write() as session:
            if session.get(Tenant, tenant) is None:
                raise NotFound("tenant", tenant)
            for name, limit in most.items():
                session.execute(delete(Quota).where(Quota.tenant_id == tenant, Quota.name == name))
                if limit is not None:
                    session.add(Quota(tenant_id=tenant, name=name, most=limit))
            if most:
                self._note(session, tenant, "quota.change", Thing("tenant", tenant), most)

    def drop_beyond(self, tenant: str) -> list[str]:
        """Forget the oldest recordings and messages above the quotas; returns their files' paths.

        Calls go on whatever a tenant has: so what is above goes, and messages that nobody has heard go last.
        """
        with self._db.write() as session:
            recordings, messages = usage(session, tenant, "recordings"), usage(session, tenant, "messages")
            oldest = select(Recording).where(Recording.tenant_id == tenant).order_by(Recording.started_at)
            first = select(Voicemail).where(Voicemail.tenant_id == tenant)
            first = first.order_by(Voicemail.heard_at.is_(None), Voicemail.recorded_at)
            talks = _drop(session, oldest, recordings, lambda row: int(row.seconds * RECORDING_BYTES_PER_SECOND))
            left = _drop(session, first, messages, lambda _: 1)
            if talks or left:
                details = {"recordings": talks, "messages": left}
                self._note(session, tenant, "quota.enforce", Thing("tenant", tenant), details)
            return talks + left

    def check(self, tenant: str, name: Name, more: int = 1) -> None:
        """Raise QuotaExceeded unless so much more fits now."""
        with self._db.read() as session:
            usage(session, tenant, name).room_for(more)


def usage(session: Session, tenant: str, name: Name) -> Usage:
    """What the tenant has and may have of one thing."""
    own = session.scalar(select(Quota.most).where(Quota.tenant_id == tenant, Quota.name == name))
    return Usage(name, _USED[name](session, tenant), USUAL[name] if own is None else own)


def _drop(session: Session, oldest: Select[Any], found: Usage, cost: Callable[[Any], int]) -> list[str]:
    """Delete rows, the oldest first, until the rest fits; returns their paths."""
    left, paths = found.used - found.most, []
    if left <= 0:
        return []
    for row in session.scalars(oldest.limit(DROPPED_AT_ONCE)):
        if left <= 0:
            break
        left -= cost(row)
        paths.append(row.path)
        session.delete(row)
    return paths


def document_bytes(session: Session, tenant: str, flow_id: str | None = None) -> int:
    """Size of drafts and versions; of one flow's draft alone where it is named."""
    drafts = select(_size(Flow.document)).where(Flow.tenant_id == tenant)
    if flow_id is not None:
        return _number(session, drafts.where(Flow.id == flow_id))
    versions = select(_size(FlowVersion.document)).where(FlowVersion.tenant_id == tenant)
    return _number(session, drafts) + _number(session, versions)


def forget_unused_audio(session: Session, tenant: str) -> None:
    """What no prompt and no version of the tenant names is no longer the tenant's; the files are swept later."""
    used = set(session.scalars(select(Prompt.audio).where(Prompt.tenant_id == tenant)))
    for table in session.scalars(select(FlowVersion.prompts).where(FlowVersion.tenant_id == tenant)):
        used |= set(table.values())
    known = set(session.scalars(select(Audio.sha256).where(Audio.tenant_id == tenant)))
    for sha256 in known - used:
        session.execute(delete(Audio).where(Audio.tenant_id == tenant, Audio.sha256 == sha256))


def _size(document: Any) -> Any:
    return func.sum(func.length(cast(document, String)))


def _number(session: Session, statement: Select[Any]) -> int:
    return int(session.scalar(statement) or 0)


def _count(model: Any) -> Callable[[Session, str], int]:
    def count(session: Session, tenant: str) -> int:
        return _number(session, select(func.count()).select_from(model).where(model.tenant_id == tenant))

    return count


def _seconds(model: Any, bytes_per_second: int) -> Callable[[Session, str], int]:
    def measure(session: Session, tenant: str) -> int:
        seconds = session.scalar(select(func.sum(model.seconds)).where(model.tenant_id == tenant))
        return int((seconds or 0.0) * bytes_per_second)

    return measure


_USED: Mapping[Name, Callable[[Session, str], int]] = {
    "audio": _seconds(Audio, AUDIO_BYTES_PER_SECOND),
    "flows": _count(Flow),
    "documents": document_bytes,
    "versions": _count(FlowVersion),
    "recordings": _seconds(Recording, RECORDING_BYTES_PER_SECOND),
    "messages": _count(Voicemail),
}
