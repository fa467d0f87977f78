"""What a start does with the journal that the last run left: finished calls are kept, unfinished ones closed.

A call whose node died ends with cause ``node_lost`` at the node's last sign of life, which is the last line of any
call or an ``alive`` (see ``records``), or where its recording ends; the lengths of its open recordings and messages are
taken from their files. Nothing is deleted here: the segments go when the database has it all, so a crash in the middle
of a recovery is recovered from in the same way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from interpreter.runtime.books.journal import Journal, Line, readable_lines, segments
from interpreter.runtime.books.mover import Mover
from interpreter.runtime.books.records import OpenCall, RecordFold, closing_lines

log = logging.getLogger(__name__)

Measure = Callable[[Path], float]
"""Make an audio file whole that a crash cut off, and return its length in seconds, 0.0 where it is missing."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """journal: open for writing. finished, lost: calls found complete, and closed with ``node_lost``."""

    journal: Journal
    fold: RecordFold
    finished: int
    lost: int


def recover(data: Path, directory: Path, mover: Mover, measure: Measure) -> Recovered:
    """Read the segments in ``directory``, hand finished calls to ``mover`` and close the others.

    data: what paths in the journal are relative to.
    """
    fold, finished, alive_at = RecordFold(), 0, 0.0
    directory.mkdir(parents=True, exist_ok=True)
    for number, path in segments(directory):
        for line in readable_lines(path):
            alive_at = max(alive_at, float(line["t"]))  # type: ignore[arg-type]  # see journal.parse_line
            ended = fold.apply(line, number)
            if ended is not None:
                mover.add(*ended)
                finished += 1
    journal = Journal(directory)
    lost = _close_unfinished(data, journal, fold, mover, measure, alive_at)
    if finished or lost:
        log.info("journal: %d finished calls found, %d unfinished ones closed as node_lost", finished, lost)
    return Recovered(journal, fold, finished, lost)


def _close_unfinished(
    data: Path, journal: Journal, fold: RecordFold, mover: Mover, measure: Measure, alive_at: float
) -> int:
    unfinished = list(fold.open.items())
    for call_id, call in unfinished:
        try:
            lines = _closing(data, call_id, call, measure, alive_at)
        except Exception:  # damaged in a way that nobody thought of; the others must not suffer for it
            log.exception("call %s of the last run cannot be closed; it has no record", call_id)
            del fold.open[call_id]
            continue
        journal.append(lines)
        for line in lines:
            ended = fold.apply(line, journal.current)
            if ended is not None:
                mover.add(*ended)
    return len(unfinished)


def _closing(data: Path, call_id: str, call: OpenCall, measure: Measure, alive_at: float) -> list[Line]:
    lengths = [(kind, i, _length(data / path, measure)) for kind, i, path in call.unfinished_files()]
    return closing_lines(call_id, call, lengths, alive_at)


def _length(path: Path, measure: Measure) -> float:
    try:
        return measure(path)
    except (OSError, ValueError) as error:
        log.warning("%s cannot be made whole: %s", path.name, error)
        return 0.0
