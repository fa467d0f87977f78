"""Records of calls that the database refuses for what they say: kept in a file for a person, so that the others go on.

``DATA/refused-calls.jsonl``: one JSON object a line, ``refused_at`` (RFC 3339, UTC), ``reason`` (what the database's
driver said) and ``record`` (the ``CallRecord``, all of it). After each start they are offered to the database once
more, for an update may have mended the cause; what it takes leaves the file.
"""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError, StatementError

from store.errors import said
from store.records import CallLeg, CallRecord, CallStep, RecordingFile, VoicemailFile

FILE_NAME = "refused-calls.jsonl"

WriteCalls = Callable[[Sequence[CallRecord]], object]
"""The store's ``calls.write``: idempotent, all or nothing; an exception means that nothing was written."""

log = logging.getLogger(__name__)


def is_refusal(error: Exception) -> bool:
    """Whether the record is to blame: to try again would not help, while an outage passes.

    The driver's other errors (no connection, no disk, a table that is missing) are not about one record.
    """
    if isinstance(error, DBAPIError):
        if isinstance(error, ProgrammingError):  # from the driver itself: it cannot send such a value
            return getattr(error.orig, "sqlstate", None) is None
        return isinstance(error, DataError | IntegrityError)
    if isinstance(error, SQLAlchemyError):
        return isinstance(error, StatementError)  # a value that cannot be turned into the column's type
    if isinstance(error, OSError):
        return error.errno == errno.EOVERFLOW  # a time that no calendar has: datetime says it like this
    return isinstance(error, ArithmeticError | AttributeError | LookupError | TypeError | ValueError)


class SetAside:
    """Knows by their ids the calls that were set aside, by earlier runs too, so that none is kept or told twice.

    Used by one thread. clock: the present moment, UTC.
    """

    def __init__(self, data: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path = data / FILE_NAME
        self._clock = clock
        self._ids = set(_ids(self.path))

    def __contains__(self, record: CallRecord) -> bool:
        return record.id in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def keep(self, record: CallRecord, error: Exception) -> None:
        """Raises OSError where the file cannot be written; then the record is not kept."""
        line = {"refused_at": self._clock().isoformat(), "reason": said(error), "record": asdict(record)}
        # a lone surrogate becomes its JSON escape; default: whatever stands where it does not belong stays readable
        raw = json.dumps(line, ensure_ascii=False, default=repr).encode("utf-8", "backslashreplace")
        with self.path.open("a+b") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                raw = raw if file.read() == b"\n" else b"\n" + raw  # what a crash or a full disk tore stays alone
            file.write(raw + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._ids.add(record.id)
        log.error("the database refuses the record of call %s; it is in %s now: %s", record.id, self.path, said(error))

    def offer_again(self, write: WriteCalls) -> int:
        """Give each record to ``write`` once more; how many it took. Raises what is no refusal, and OSError."""
        if not self._ids:
            return 0
        stay: list[bytes] = []
        taken: set[str] = set()
        for raw in self.path.read_bytes().splitlines(keepends=True):
            record = _record_of(raw)
            if record is not None and _takes(write, record):
                taken.add(record.id)
            else:
                stay.append(raw)
        if taken:
            self._replace(b"".join(stay))
            self._ids -= taken
            log.info("the database took %d records now that it had refused", len(taken))
        return len(taken)

    def _replace(self, content: bytes) -> None:
        if not content:
            self.path.unlink()
            return
        new = self.path.with_suffix(".new")
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)


def _takes(write: WriteCalls, record: CallRecord) -> bool:
    try:
        write([record])
    except Exception as error:
        if not is_refusal(error):
            raise
        return False
    return True


def _record_of(raw: bytes) -> CallRecord | None:
    """None where it is no whole line of ours: torn by a crash, or changed by a person."""
    try:
        fields = json.loads(raw)["record"]
        steps = tuple(CallStep(**step) for step in fields.pop("steps"))
        legs = tuple(CallLeg(**leg) for leg in fields.pop("legs", ()))  # earlier releases had none
        recordings = tuple(RecordingFile(**file) for file in fields.pop("recordings"))
        voicemails = tuple(VoicemailFile(**file) for file in fields.pop("voicemails"))
        return CallRecord(**fields, steps=steps, legs=legs, recordings=recordings, voicemails=voicemails)
    except (AttributeError, LookupError, TypeError, ValueError):
        return None


def _ids(path: Path) -> list[str]:
    """Of the calls in the file."""
    try:
        found = [_record_of(raw) for raw in path.read_bytes().splitlines()]
    except FileNotFoundError:
        return []
    except OSError as error:  # calls can be taken all the same
        log.error("%s cannot be read: %s", path, error.strerror or error)
        return []
    if None in found:
        log.warning("%s has lines that are no call records", path)
    return [record.id for record in found if record is not None]
