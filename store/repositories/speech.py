"""How each tenant's texts and numbers are spoken."""

from __future__ import annotations

from collections.abc import Mapping

from store.audit import Thing
from store.errors import Duplicate, Stale
from store.models import SpeechSettings
from store.repositories.base import Repository, based_on, stamp, unique


class SpeechRepository(Repository):
    def get(self, tenant: str) -> SpeechSettings:
        """The tenant's; before anybody chose anything at revision 0: no voice, speed 1."""
        with self._db.read() as session:
            found = session.get(SpeechSettings, tenant)
        return found or SpeechSettings(
            tenant_id=tenant, voices={}, speed=1.0, revision=0, updated_by="", updated_at=self._db.clock()
        )

    def put(
        self, tenant: str, revision: int, *, voices: Mapping[str, str], speed: float, by: str
    ) -> SpeechSettings:
        """Raises Stale."""
        try:
            with self._db.write() as session, unique("speech", "tenant", tenant):
                row = session.get(SpeechSettings, tenant, with_for_update=True)
                if row is None:
                    row = self.get(tenant)
                    session.add(row)
                based_on(row, revision)
                row.voices, row.speed = dict(voices), speed
                stamp(self._db, row, by)
                session.flush()
                details = {"voices": dict(voices), "speed": speed}
                self._note(session, tenant, "speech.change", Thing("speech"), details)
        except Duplicate:  # two chose at the same moment, and nobody before them
            first = self.get(tenant)
            raise Stale(first.updated_by, first.updated_at, first.revision) from None
        return row
