"""The tenant's audio library: named prompts and the audios they point at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.audit import Thing
from store.database import Database
from store.errors import InUse, NotFound, Stale
from store.ids import new_id
from store.models import Audio, CallSettings, FlowVersion, Prompt, Tenant
from store.quotas import AUDIO_BYTES_PER_SECOND
from store.records import FIRST, AudioInfo, Paged, Query, Use
from store.repositories.base import Repository, based_on, page_of, stamp, unique
from store.repositories.quotas import forget_unused_audio, usage


class PromptRepository(Repository):
    """Prompts are addressed by name, as flows do."""

    def get(self, tenant: str, name: str) -> Prompt:
        """Raises NotFound."""
        with self._db.read() as session:
            return _prompt(session, tenant, name)

    def page(self, tenant: str, query: Query = FIRST) -> Paged[Prompt]:
        """Sorts: name (default), updated_at, seconds, source."""
        with self._db.read() as session:
            return page_of(
                session,
                select(Prompt).where(Prompt.tenant_id == tenant),
                query,
                search=(Prompt.name, Prompt.text),
                sorts={
                    "name": Prompt.name,
                    "updated_at": Prompt.updated_at,
                    "seconds": Prompt.seconds,
                    "source": Prompt.source,
                },
                default="name",
            )

    def all(self, tenant: str) -> list[Prompt]:
        with self._db.read() as session:
            statement = select(Prompt).where(Prompt.tenant_id == tenant).order_by(Prompt.name)
            return list(session.scalars(statement))

    def audios(self, tenant: str, names: Iterable[str]) -> dict[str, str]:
        """name -> sha256 of those ``names`` that the tenant has."""
        wanted = select(Prompt.name, Prompt.audio).where(
            Prompt.tenant_id == tenant, Prompt.name.in_(sorted(set(names)))
        )
        with self._db.read() as session:
            return {row.name: row.audio for row in session.execute(wanted)}

    def used_audio(self) -> set[str]:
        """SHA-256 of every audio that a prompt or a version of any tenant names; for the upkeep, not for a page."""
        with self._db.read() as session:
            used = set(session.scalars(select(Prompt.audio)))
            for table in session.scalars(select(FlowVersion.prompts).execution_options(yield_per=50)):
                used |= set(table.values())
        return used

    def check_put(self, tenant: str, name: str, revision: int | None) -> None:
        """Raise what ``put`` would raise now, before audio is made for nothing."""
        with self._db.read() as session:
            _replaced(session, tenant, name, revision)
            usage(session, tenant, "audio").room_for(1)

    def put(
        self,
        tenant: str,
        name: str,
        audio: AudioInfo,
        *,
        source: str,
        locale: str,
        text: str = "",
        voice: str | None = None,
        speed: float | None = None,
        revision: int | None,
        by: str,
    ) -> Prompt:
        """A new prompt (revision None) or the next revision of one.

        source: ``upload`` or ``text``. Raises Stale: also where the name is taken and no revision was named, so
        that nobody overwrites what he has not seen; NotFound where a revision was named and the prompt is gone;
        QuotaExceeded.
        """
        with self._db.write() as session, unique("prompt", "name", name):
            remember_audio(self._db, session, tenant, {audio.sha256: audio.seconds})
            row = _replaced(session, tenant, name, revision)
            if row is None:
                row = Prompt(tenant_id=tenant, id=new_id(), name=name, revision=0)
                session.add(row)
            row.source, row.locale, row.text = source, locale, text
            row.voice, row.speed = voice, speed
            row.audio, row.seconds, row.level_db = audio.sha256, audio.seconds, audio.level_db
            row.warnings = list(audio.warnings)
            stamp(self._db, row, by)
            session.flush()
            if row.revision > 1:
                self._let_music_follow(session, tenant, name, row)
                forget_unused_audio(session, tenant)
            action = "prompt.upload" if source == "upload" else "prompt.speak"
            self._note(session, tenant, action, Thing("prompt", row.id, name), {"text": text} if text else None)
        return row

    def rename(self, tenant: str, name: str, revision: int, *, new_name: str, by: str) -> Prompt:
        """Raises NotFound, Stale, Duplicate. Flows that name it keep the old name: check that before."""
        with self._db.write() as session, unique("prompt", "name", new_name):
            row = _prompt(session, tenant, name)
            based_on(row, revision)
            row.name = new_name
            stamp(self._db, row, by)
            session.flush()
            self._let_music_follow(session, tenant, name, row)
            self._note(session, tenant, "prompt.rename", Thing("prompt", row.id, name), {"name": new_name})
        return row

    def delete(self, tenant: str, name: str, revision: int) -> None:
        """The audio file stays, for published versions may play it. Raises NotFound, Stale; InUse where it is the
        music on hold.
        """
        with self._db.write() as session:
            row = _prompt(session, tenant, name)
            based_on(row, revision)
            if _with_music(session, tenant, name) is not None:
                company = session.get_one(Tenant, tenant)
                raise InUse([Use("settings", company.id, company.name)])
            session.delete(row)
            session.flush()
            forget_unused_audio(session, tenant)
            self._note(session, tenant, "prompt.delete", Thing("prompt", row.id, name))

    def _let_music_follow(self, session: Session, tenant: str, name: str, prompt: Prompt) -> None:
        """What was the prompt ``name`` is heard on hold as it is now."""
        settings = _with_music(session, tenant, name)
        if settings is not None:
            settings.music, settings.music_audio = prompt.name, prompt.audio
            self._db.touch_directory(session, tenant)


def remember_audio(db: Database, session: Session, tenant: str, seconds: Mapping[str, float]) -> None:
    """Note that the tenant owns these audios. seconds: by SHA-256. Raises QuotaExceeded."""
    known = session.scalars(select(Audio.sha256).where(Audio.tenant_id == tenant, Audio.sha256.in_(list(seconds))))
    fresh = {sha256: seconds[sha256] for sha256 in seconds.keys() - set(known)}
    if fresh:
        usage(session, tenant, "audio").room_for(int(sum(fresh.values()) * AUDIO_BYTES_PER_SECOND))
    for sha256, length in fresh.items():
        session.add(Audio(tenant_id=tenant, sha256=sha256, seconds=length, created_at=db.clock()))
    session.flush()


def _with_music(session: Session, tenant: str, name: str) -> CallSettings | None:
    """The tenant's settings, if that prompt is its music on hold."""
    wanted = select(CallSettings).where(CallSettings.tenant_id == tenant, CallSettings.music == name)
    return session.scalars(wanted.with_for_update()).one_or_none()


def _find(session: Session, tenant: str, name: str) -> Prompt | None:
    wanted = select(Prompt).where(Prompt.tenant_id == tenant, Prompt.name == name)
    return session.scalars(wanted.with_for_update()).one_or_none()


def _prompt(session: Session, tenant: str, name: str) -> Prompt:
    row = _find(session, tenant, name)
    if row is None:
        raise NotFound("prompt", name)
    return row


def _replaced(session: Session, tenant: str, name: str, revision: int | None) -> Prompt | None:
    """The prompt that a write of ``name`` replaces, None where it is new. Raises Stale, NotFound: see ``put``."""
    row = _find(session, tenant, name)
    if row is None:
        if revision is not None:
            raise NotFound("prompt", name)
    elif revision is None:
        raise Stale(row.updated_by, row.updated_at, row.revision)
    else:
        based_on(row, revision)
    return row
