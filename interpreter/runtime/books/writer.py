"""The two threads behind the event loop: one keeps the journal, the other moves finished calls to the database.

Two, because a database that hangs must not keep the journal from the disk. The loop only appends to a deque.

    loop --put--> JournalThread: append, fsync in batches, fold --records--> MoverThread: store.calls.write

A segment goes when every call with a line in it is in the database.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeVar

from interpreter.calls.inputs import Input
from interpreter.calls.outputs import Output
from interpreter.runtime.books.bell import Bell
from interpreter.runtime.books.heard import Heard, line_of
from interpreter.runtime.books.journal import Journal, Line, encode
from interpreter.runtime.books.mover import Mover
from interpreter.runtime.books.records import RecordFold
from store.errors import said

SYNC_SECONDS = 0.1
"""Lines are gathered for so long before they are written and fsynced together; but a call's begin and end are written
at once, and what waits for its begin (``when_kept``) goes on before the disk is asked to confirm it."""

RETRY_SECONDS = 1.0
STUMBLE_SECONDS = 0.1
MOVE_SECONDS = 1.0
LONGEST_BACKOFF = 30.0
FAILING_AFTER = 3
"""So many tries in a row that moved nothing are more than a stumble."""

CARRY_AFTER_SEGMENTS = 8
"""Calls that hold back more segments than this are carried forward into the newest one."""

log = logging.getLogger(__name__)

Kept = Callable[[bool], object]
"""Told whether lines are kept; must be quick and thread-safe."""

T = TypeVar("T")


def _take_all(queue: deque[T]) -> list[T]:
    return [queue.popleft() for _ in range(len(queue))]


def _tell(waiting: deque[Kept], kept: bool) -> None:
    for told in _take_all(waiting):
        try:
            told(kept)
        except RuntimeError as error:  # the loop is closed: the runtime has stopped meanwhile
            log.warning("nobody is there to hear of the journal: %s", error)


def _can_be_written(line: Line) -> bool:
    try:
        encode(line)
    except TypeError as error:
        log.error("a line of call %r cannot be journalled and is dropped: %s", line.get("c"), error)
        return False
    return True


class JournalKeeper:
    """Appends, syncs, folds and rotates; the work of the journal thread without the thread."""

    def __init__(self, journal: Journal, mover: Mover, fold: RecordFold | None = None) -> None:
        self._journal = journal
        self._mover = mover
        self._fold = fold or RecordFold()
        self._turning_fails = False
        self._unfolded: list[tuple[int, Sequence[Line]]] = []  # by the segment that they stand in

    def keep(self, lines: Sequence[Line], *, sync: bool = True) -> None:
        """Write lines to disk (see ``Journal.append``), then hand the calls they end to the mover: without ``sync`` by
        the next that has it, for many lines in a row are folded quicker than a few now and then.

        A line that cannot be written for what it says is dropped and logged. Raises OSError where the disk
        refuses; then no line was written or folded and all may be kept again.
        """
        try:
            self._journal.append(lines, sync=sync)
        except TypeError:
            lines = [line for line in lines if _can_be_written(line)]
            self._journal.append(lines, sync=sync)
        self._unfolded.append((self._journal.current, lines))
        if sync or self._journal.full:
            self._fold_all()
        if self._journal.full:
            self._try_to_turn_over()

    def turn_over(self) -> None:
        """Begin a new segment; carry very old calls into it; delete the segments nobody needs.

        Raises OSError; whatever was not done then is done by the next.
        """
        self._fold_all()
        self._journal.rotate()
        carried = self._fold.carry(self._journal.current - CARRY_AFTER_SEGMENTS)
        self._journal.append(carried)
        self._fold.carried(carried, self._journal.current)
        self.clean()

    def _try_to_turn_over(self) -> None:
        """What was kept is safe, so a segment may grow longer until the disk (or a descriptor) is there again."""
        try:
            self.turn_over()
        except OSError as error:
            if not self._turning_fails:
                log.error("no new journal segment, the old one grows: %s", error)
            self._turning_fails = True
        else:
            self._turning_fails = False

    def _fold_all(self) -> None:
        unfolded, self._unfolded = self._unfolded, []
        for segment, lines in unfolded:
            for line in lines:
                self._apply(line, segment)

    def _apply(self, line: Line, segment: int) -> None:
        try:
            ended = self._fold.apply(line, segment)
        except Exception:  # the line is in the journal; the others must not suffer for it
            log.exception("a line of call %s cannot be folded", line.get("c"))
            return
        if ended is not None:
            self._mover.add(*ended)

    def clean(self) -> int:
        """Delete segments whose calls are all in the database. Returns how many."""
        needed = [n for n in (self._fold.oldest_segment(), self._mover.oldest_segment()) if n is not None]
        return self._journal.delete_before(min(needed, default=self._journal.current))


class Writer:
    """Runs keeper and mover in their threads. ``put`` is for the event loop and never waits.

    on_broken: called in the journal's thread with True when the disk refuses the journal, and with False when it takes
    it again; meanwhile the lines wait in memory, so no new calls should be taken.
    """

    def __init__(
        self,
        journal: Journal,
        mover: Mover,
        fold: RecordFold | None = None,
        on_broken: Callable[[bool], None] = lambda broken: None,
    ) -> None:
        self._journal = journal
        self._mover = mover
        self._keeper = JournalKeeper(journal, mover, fold)
        self._chores: Sequence[Callable[[], None]] = ()
        self._failing: list[Callable[[], None]] = []
        self._on_broken = on_broken
        self._inbox: deque[Line | Heard] = deque()
        self._bell = Bell()
        self._waiting: deque[Kept] = deque()
        self._promised: deque[Kept] = deque()  # those whose lines are being written
        self._clean_due = False
        self._failed_tries = 0
        self._mover_wake = threading.Event()
        self._unsynced = False
        self._synced_at = 0.0
        self._stopping = False
        self._mover_stopping = False
        self._threads = [
            threading.Thread(target=self._keep, name="journal", daemon=True),
            threading.Thread(target=self._move, name="mover", daemon=True),
        ]

    def start(self, chores: Sequence[Callable[[], None]] = ()) -> None:
        """chores: called about every second in the mover's thread (directory polling, registrations); one that fails
        is logged once and done again.
        """
        self._chores = chores
        for thread in self._threads:
            thread.start()

    def put(self, line: Line) -> None:
        """Journal a line; on disk within about ``SYNC_SECONDS``.

        A call that has ended must not be found unfinished by the next start, so its end, and what came before, is
        handed to the kernel at once.
        """
        self._inbox.append(line)
        self._bell.ring(hurry=line.get("e") == "end")

    def hear(self, call: str, at: float, event: Input, outputs: Sequence[Output]) -> None:
        """Journal an input of a call and what its session said to it, as ``put`` does a line; it is made one later."""
        self._inbox.append((call, at, event, outputs))
        self._bell.ring()

    def when_kept(self, told: Kept) -> None:
        """Have ``told(True)`` called once the kernel has every line put so far, ``told(False)`` where the disk refuses.

        It is called in the journal's thread, soon: nobody waits for the disk's confirmation.
        """
        self._waiting.append(told)
        self._bell.ring(hurry=True)

    def give_up(self) -> None:
        """Tell those who wait that their lines are not kept: by the journal's thread, or where that has ended."""
        _tell(self._promised, False)
        _tell(self._waiting, False)

    @property
    def journal_alive(self) -> bool:
        """Whether the thread that keeps the journal runs."""
        return self._threads[0].is_alive()

    @property
    def mover_alive(self) -> bool:
        """Whether the thread that moves records and does the chores runs."""
        return self._threads[1].is_alive()

    @property
    def mover_failing(self) -> bool:
        """Whether records wait although it has tried again and again, whatever the reason is."""
        return self._failed_tries >= FAILING_AFTER

    def nudge(self) -> None:
        """Have the chores done now."""
        self._mover_wake.set()

    def stop(self, patience: float = 10.0) -> None:
        """Journal what is left, give the database ``patience`` seconds to take it, end what threads there are."""
        keeping, moving = self._threads
        self._stopping = True
        self._bell.ring(hurry=True)
        if keeping.is_alive():
            keeping.join()
        deadline = time.monotonic() + patience
        while self._mover.waiting and not self._mover.failures and moving.is_alive() and time.monotonic() < deadline:
            self._mover_wake.set()
            time.sleep(0.02)
        self._mover_stopping = True
        self._mover_wake.set()
        if moving.is_alive():
            moving.join(timeout=patience)
        try:
            self._keeper.turn_over()  # so that nothing is left to replay where the database has it all
        except OSError as error:
            log.error("the journal was not tidied up at the end: %s", error)

    def _keep(self) -> None:
        while self._unsynced or self._inbox or not self._stopping:
            try:
                self._keep_batch()
            except Exception:  # whatever it is: without this thread no call would ever be on record again
                log.exception("the journal stumbled and goes on")
                time.sleep(STUMBLE_SECONDS)

    def _keep_batch(self) -> None:
        hurried = self._bell.wait(SYNC_SECONDS) and not self._stopping
        self._promised.extend(_take_all(self._waiting))  # first: their lines are in the inbox already
        lines = [line for told in _take_all(self._inbox) if (line := line_of(told)) is not None]
        if self._promised:
            self._keep_lines(lines, False)
            lines, self._unsynced = [], True
        sync = not hurried or time.monotonic() - self._synced_at >= SYNC_SECONDS
        if lines or self._unsynced:
            self._unsynced = False
            self._keep_lines(lines, sync)
            self._unsynced = not sync
            if sync:
                self._synced_at = time.monotonic()
            else:
                self._bell.ring()
        if self._clean_due:
            self._clean_due = False
            self._keeper.clean()

    def _keep_lines(self, lines: Sequence[Line], sync: bool) -> None:
        broken = False
        while True:
            try:
                self._keeper.keep(lines, sync=sync)
            except Exception as error:  # OSError, most likely; and lines are kept for any other too
                if not broken:
                    log.critical("the journal cannot be written: %s: %s", type(error).__name__, error)
                    broken = True
                    self._on_broken(True)
                self.give_up()
                if self._stopping:
                    return
                time.sleep(RETRY_SECONDS)
            else:
                _tell(self._promised, True)
                if broken:
                    log.warning("the journal is written again")
                    self._on_broken(False)
                return

    def _move(self) -> None:
        pause = MOVE_SECONDS
        next_clean = time.monotonic() + 10.0
        while not self._mover_stopping:
            self._mover_wake.wait(pause)
            self._mover_wake.clear()
            moved = self._move_batch()
            self._failed_tries = 0 if moved else self._failed_tries + 1
            for chore in self._chores:
                self._do(chore)
            if time.monotonic() >= next_clean:
                next_clean = time.monotonic() + 10.0
                self._clean_due = True  # by the other thread: it owns the fold
                self._bell.ring()
            pause = MOVE_SECONDS if moved else min(LONGEST_BACKOFF, max(1.0, pause * 2))

    def _move_batch(self) -> bool:
        """False where it has to be tried again, later each time."""
        try:
            return self._mover.move() and (self._mover.waiting > 0 or self._mover.catch_up(self._journal))
        except Exception as error:  # no descriptor for a segment, no memory ...: the journal still has it all
            log.error("call records could not be moved, it is tried again: %s: %s", type(error).__name__, error)
            return False

    def _do(self, chore: Callable[[], None]) -> None:
        try:
            chore()
        except Exception as error:  # most likely the database is away; what was to be done stays to be done
            if chore not in self._failing:
                self._failing.append(chore)
                log.warning("%s failed, it is tried again: %s", getattr(chore, "__name__", chore), said(error))
        else:
            if chore in self._failing:
                self._failing.remove(chore)
