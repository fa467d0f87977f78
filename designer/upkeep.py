"""What nobody needs any more goes: unused audio, the oldest recordings beyond a quota, files without a record.

Run by the web process every hour and by ``zongji tidy``. Nothing is removed that is younger than a grace, so that what
is being published, recorded or written to the database at this moment is left alone.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from designer.audio.library import AudioLibrary
from store import Store, StoreError
from store.errors import said

AUDIO_GRACE_S = 2 * 3600.0
"""A version is published within minutes."""

RECORDING_GRACE_S = 48 * 3600.0
"""A call's record follows its end within seconds; a database that is down for days keeps it in the journal."""

EVERY_S = 3600.0
FIRST_AFTER_S = 60.0

DAY_S = 24 * 3600.0

KINDS = ("recordings", "voicemail")
"""Folders of the data folder, each with a folder per day."""

NAMED = re.compile(rb"(?:recordings|voicemail)/[0-9-]+/[\w.-]+")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many files went. audio: unused; beyond: recordings and messages above a quota; orphans: without a record.

    audit: entries of the audit log that are kept no longer.
    """

    audio: int = 0
    beyond: int = 0
    orphans: int = 0
    audit: int = 0


class Upkeep:
    """One round at a time. audit_days: how long the audit log is kept, 0 for ever. clock: UNIX seconds."""

    def __init__(
        self, store: Store, data: Path, clock: Callable[[], float] = time.time, *, audit_days: int = 0
    ) -> None:
        self._store, self._data, self._clock, self._audit_days = store, data, clock, audit_days
        self._library = AudioLibrary(data / "audio")

    def run(self) -> Tidied:
        """Raises OSError, the database's errors; what was done by then is done."""
        beyond = sum(self._drop_beyond(tenant.id) for tenant in self._store.tenants.all())
        used = self._store.prompts.used_audio()
        audio = self._library.sweep(used, older_than=self._clock() - AUDIO_GRACE_S)
        return Tidied(audio, beyond, self._sweep_orphans(), self._forget_audit())

    def _drop_beyond(self, tenant: str) -> int:
        """The oldest recordings and messages (those that were heard first) give way to newer ones."""
        paths = self._store.quotas.drop_beyond(tenant)
        for path in paths:
            (self._data / path).unlink(missing_ok=True)
        return len(paths)

    def _forget_audit(self) -> int:
        if not self._audit_days:
            return 0
        return self._store.audit.forget(datetime.fromtimestamp(self._clock() - self._audit_days * DAY_S, UTC))

    def _sweep_orphans(self) -> int:
        """The journal is read before the database: a call that leaves the one meanwhile is in the other by then."""
        old = {path for path in self._old_files() if path.name}
        if not old:
            return 0
        kept = self._waiting() | set(self._store.calls.paths())
        orphans = [path for path in old if str(path.relative_to(self._data)) not in kept]
        for path in orphans:
            log.warning("%s has no record and is removed", path)
            path.unlink(missing_ok=True)
        return len(orphans)

    def _old_files(self) -> Iterator[Path]:
        before = self._clock() - RECORDING_GRACE_S
        for kind in KINDS:
            for path in (self._data / kind).glob("*/*"):
                if path.is_file() and path.stat().st_mtime < before:
                    yield path

    def _waiting(self) -> set[str]:
        """Files of calls whose records are not in the database yet: named in the journal, or set aside."""
        files: Iterable[Path] = [*(self._data / "journal").glob("*"), self._data / "refused-calls.jsonl"]
        found: set[str] = set()
        for file in files:
            try:
                found |= {name.decode() for name in NAMED.findall(file.read_bytes())}
            except FileNotFoundError:
                continue  # its calls have reached the database
        return found


class UpkeepThread:
    """Runs the rounds in the background; a round that fails is told in the log, and the next one tries again."""

    def __init__(self, upkeep: Upkeep, *, first_after_s: float = FIRST_AFTER_S) -> None:
        self._upkeep, self._first_after_s = upkeep, first_after_s
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self) -> None:
        """Begin, and begin anew where the thread has ended; asked again and again by the web process's main loop."""
        if self._stopped.is_set() or (self._thread is not None and self._thread.is_alive()):
            return
        if self._thread is not None:
            log.error("the thread that removes what nobody needs has ended and is begun anew")
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        pause = self._first_after_s
        while not self._stopped.wait(pause):
            pause = EVERY_S
            try:
                tidied = self._upkeep.run()
            except (SQLAlchemyError, StoreError, OSError) as error:
                log.error("what nobody needs is not removed before the next round: %s", said(error))
            except Exception:
                log.exception("what nobody needs could not be removed")
            else:
                if tidied != Tidied():
                    log.info("removed: %s", tidied)
