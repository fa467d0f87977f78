"""Warnings about what others do, held to a bounded number of lines a minute, whoever they are and however many."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass

MINUTE = 60.0
LINES_PER_MINUTE = 100
SUMMARIES_PER_MINUTE = 20

MAX_SUBJECTS = 10_000
"""So many are remembered within a minute: an address costs nothing to invent."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Minute:
    said: int = 0
    unsaid: int = 0


class MinuteLog:
    """Warns of subjects (addresses, extensions, calls): ``lines_each`` lines a minute for each, then one that counts.

    what: for the summary. However many subjects there are, a minute has at most ``LINES_PER_MINUTE`` lines and
    ``SUMMARIES_PER_MINUTE`` summaries. ``flush`` has to be called now and then. clock: seconds, monotonic.
    """

    def __init__(self, what: str, clock: Callable[[], float], lines_each: int = 5) -> None:
        self._what = what
        self._clock = clock
        self._lines_each = lines_each
        self._until = clock() + MINUTE
        self._lines = 0
        self._subjects: dict[Hashable, _Minute] = {}
        self._unknown = 0

    def note(self, subject: Hashable, message: str, *args: object) -> None:
        """Say this of the subject, unless enough has been said in this minute."""
        self.flush()
        minute = self._subjects.get(subject)
        if minute is None:
            if len(self._subjects) >= MAX_SUBJECTS:
                self._unknown += 1
                return
            minute = self._subjects[subject] = _Minute()
        if minute.said < self._lines_each and self._lines < LINES_PER_MINUTE:
            minute.said += 1
            self._lines += 1
            log.warning(message, *args)
        else:
            minute.unsaid += 1

    def flush(self) -> None:
        """Once the minute is over, say how much was not said in it."""
        now = self._clock()
        if now < self._until:
            return
        self._until = now + MINUTE
        counted = ((m.unsaid, str(subject)) for subject, m in self._subjects.items() if m.unsaid)
        unsaid = sorted(counted, reverse=True)
        for count, subject in unsaid[:SUMMARIES_PER_MINUTE]:
            log.warning("%s: %d more from %s within a minute", self._what, count, subject)
        others = sum(count for count, _ in unsaid[SUMMARIES_PER_MINUTE:]) + self._unknown
        if others:
            log.warning("%s: %d more from others within a minute", self._what, others)
        self._subjects.clear()
        self._lines = self._unknown = 0
