"""Finished calls on their way to the database; the work of the mover's thread without the thread (see ``writer``).

``calls.write`` is idempotent, so a crash between its commit and the deletion of a segment costs nothing. While the
database is away, records wait in memory up to ``MAX_WAITING``; beyond that they are forgotten there and read again
from the segments once it is back. A record that it refuses for what it says is set aside, and the others go on.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence

from interpreter.runtime.books.journal import Journal, readable_lines
from interpreter.runtime.books.records import RecordFold
from interpreter.runtime.books.set_aside import SetAside, WriteCalls, is_refusal
from store.errors import said
from store.records import CallRecord

BATCH = 500
MAX_WAITING = 10_000

log = logging.getLogger(__name__)


class Mover:
    """Finished calls on their way to the database. ``add`` and ``oldest_segment`` may be called by any thread.

    on_recorded: called with records that are in the database now, in the mover's thread; raises nothing.
    """

    def __init__(
        self,
        write: WriteCalls,
        aside: SetAside,
        max_waiting: int = MAX_WAITING,
        on_recorded: Callable[[Sequence[CallRecord]], None] = lambda records: None,
    ) -> None:
        self._write_to_database = write
        self._on_recorded = on_recorded
        self._aside = aside
        self._max_waiting = max_waiting
        self._lock = threading.Lock()
        self._waiting: deque[tuple[CallRecord, int]] = deque()
        self._in_hand: list[tuple[CallRecord, int]] = []
        self._spilled_from: int | None = None
        self._spills = 0
        self._offered = False
        self.failures = 0

    @property
    def waiting(self) -> int:
        """Records not yet in the database that are held in memory."""
        return len(self._waiting) + len(self._in_hand)

    @property
    def refused(self) -> int:
        """Records that were set aside and are still in the file, since whenever."""
        return len(self._aside)

    def add(self, record: CallRecord, first_segment: int) -> None:
        """Take a finished call whose lines begin in ``first_segment``."""
        with self._lock:
            if len(self._waiting) < self._max_waiting:
                self._waiting.append((record, first_segment))
            else:
                self._spills += 1
                self._spilled_from = min(first_segment, self._spilled_from or first_segment)

    def oldest_segment(self) -> int | None:
        """The oldest segment that is still needed for records not yet written."""
        with self._lock:
            needed = [segment for _, segment in self._waiting]
            needed += [segment for _, segment in self._in_hand]
            if self._spilled_from is not None:
                needed.append(self._spilled_from)
        return min(needed, default=None)

    def move(self) -> bool:
        """Write one batch. False where the database refused; the batch is kept. True with nothing to do, too."""
        with self._lock:
            if not self._in_hand:
                while self._waiting and len(self._in_hand) < BATCH:
                    self._in_hand.append(self._waiting.popleft())
        if not self._in_hand:
            return True
        if not self._write([record for record, _ in self._in_hand]):
            return False
        with self._lock:
            self._in_hand = []
        return True

    def catch_up(self, journal: Journal) -> bool:
        """Write what was spilled, from the segments; False where the database refused again."""
        with self._lock:
            spilled_from, spills = self._spilled_from, self._spills
        if spilled_from is None:
            return True
        fold, batch = RecordFold(), list[CallRecord]()
        for number, path in journal.all():
            if number < spilled_from:
                continue
            for line in readable_lines(path):
                ended = fold.apply(line, number)
                if ended is not None:
                    batch.append(ended.record)
                if len(batch) >= BATCH:
                    if not self._write(batch):
                        return False
                    batch = []
        if batch and not self._write(batch):
            return False
        with self._lock:
            if self._spills == spills:  # none was added behind our reading
                self._spilled_from = None
        return True

    def offer_refused(self) -> None:
        """Offer what was set aside to the database once in this run. Raises what the database did where it is away."""
        if not self._offered:
            self._aside.offer_again(self._write_calls)
            self._offered = True

    def _write_calls(self, records: Sequence[CallRecord]) -> None:
        self._write_to_database(records)
        self._on_recorded(records)

    def _write(self, records: Sequence[CallRecord]) -> bool:
        """Write them, halving what is refused until the record to blame stands alone and can be set aside.

        False where the database is away, or the file for refused records is: then it is to be tried again.
        """
        records = [record for record in records if record not in self._aside]
        if not records:
            return True
        try:
            self._write_calls(records)
        except Exception as error:  # whatever the database's driver says: the journal has it all
            if not is_refusal(error):
                self._failed("the database takes no call records (%d wait): %s", error)
                return False
            if len(records) == 1:
                return self._keep(records[0], error)
            half = len(records) // 2
            return self._write(records[:half]) and self._write(records[half:])
        self._succeeded()
        return True

    def _keep(self, record: CallRecord, error: Exception) -> bool:
        try:
            self._aside.keep(record, error)
        except OSError as disk:
            self._failed("a refused call record cannot be set aside (%d wait): %s", disk)
            return False
        self._succeeded()
        return True

    def _succeeded(self) -> None:
        """It answered, be it by a refusal."""
        if self.failures:
            log.info("the database takes call records again")
            self.failures = 0

    def _failed(self, message: str, error: Exception) -> None:
        self.failures += 1
        level = logging.WARNING if self.failures in (1, 10, 100) else logging.DEBUG
        log.log(level, message, self.waiting, said(error))
