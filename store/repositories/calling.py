"""What holds for the calls that a tenant's own extensions make."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from numbering.reach import may_be_shown
from store.audit import Thing
from store.calling import LANGUAGES, RECORDED, checked_shown
from store.errors import BadValue, Duplicate, Stale
from store.models import CallSettings, Number, Prompt
from store.repositories.base import Repository, based_on, stamp, unique


class CallSettingsRepository(Repository):
    def get(self, tenant: str) -> CallSettings:
        """The tenant's; before anybody chose anything at revision 0: no number is shown, talks are recorded."""
        with self._db.read() as session:
            found = session.get(CallSettings, tenant)
        return found or CallSettings(
            tenant_id=tenant,
            shown_number=None,
            record="answered",
            music=None,
            music_audio=None,
            language=LANGUAGES[0],
            revision=0,
            updated_by="",
            updated_at=self._db.clock(),
        )

    def numbers(self, tenant: str) -> list[Number]:
        """The tenant's numbers that may be shown outside."""
        own = select(Number).where(Number.tenant_id == tenant, Number.given).order_by(Number.digits)
        with self._db.read() as session:
            return [number for number in session.scalars(own) if may_be_shown(number.digits)]

    def put(
        self, tenant: str, revision: int, *, shown_number: str | None, record: str, music: str | None = None,
        language: str = LANGUAGES[0], by: str,
    ) -> CallSettings:  # fmt: skip
        """shown_number: in any spelling, None for none. music: a prompt's name. Raises Stale, BadValue."""
        if record not in RECORDED:
            known = ", ".join(RECORDED)
            raise BadValue("record", f"录音应为其中之一：{known}", f"record is one of {known}")
        if language not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise BadValue("language", f"语言应为其中之一：{known}", f"language is one of {known}")
        try:
            with self._db.write() as session, unique("calling", "tenant", tenant):
                digits = checked_shown(session, tenant, shown_number)
                row = session.get(CallSettings, tenant, with_for_update=True)
                if row is None:
                    row = self.get(tenant)
                    session.add(row)
                based_on(row, revision)
                row.shown_number, row.record, row.language = digits, record, language
                row.music, row.music_audio = music, _audio(session, tenant, music)
                stamp(self._db, row, by)
                session.flush()
                self._db.touch_directory(session, tenant)
                details = {"shown_number": digits, "record": record, "music": music, "language": language}
                self._note(session, tenant, "calling.change", Thing("calling"), details)
        except Duplicate:  # two chose at the same moment, and nobody before them
            first = self.get(tenant)
            raise Stale(first.updated_by, first.updated_at, first.revision) from None
        return row


def _audio(session: Session, tenant: str, prompt: str | None) -> str | None:
    """What a prompt plays. Raises BadValue where there is none of that name."""
    if prompt is None:
        return None
    sha256 = session.scalar(select(Prompt.audio).where(Prompt.tenant_id == tenant, Prompt.name == prompt))
    if sha256 is None:
        raise BadValue("music", f"没有语音 {prompt}", f"there is no prompt {prompt}")
    return sha256
