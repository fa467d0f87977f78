"""Every call of a runtime once more, by what its journal and its table have of it: it must do what it did."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from interpreter.machine.program import Program
from interpreter.replay import KeptCall, first_difference, read, replay
from interpreter.runtime import service
from interpreter.runtime.books.journal import Journal, read_segment
from interpreter.runtime.books.records import RecordFold

REPLAYED: Counter[str] = Counter()
"""Of the whole run: calls that were replayed, and those that could not be, by why."""


class Replays:
    """Keeps the segments that journals delete, and the programs of all versions that are loaded.

    undecided: why calls of the test may be no use for a replay, beside ``secret``. done: calls that were replayed.
    """

    def __init__(self, data: Path, patch: pytest.MonkeyPatch) -> None:
        self._data = data
        self._programs: dict[str, Program] = {}
        self.undecided: set[str] = {"secret"}
        self.done: list[str] = []
        compiled, delete = service._compile, Journal.delete_before

        def compile_and_keep(*document: Any) -> Program:
            program = compiled(*document)
            self._programs[program.digest] = program
            return program

        def keep_and_delete(journal: Journal, number: int) -> int:
            (data / "deleted").mkdir(exist_ok=True)
            for found, path in journal.sealed():
                if found < number:
                    with suppress(OSError):
                        shutil.copy(path, data / "deleted")
            return delete(journal, number)

        patch.setattr(service, "_compile", compile_and_keep)
        patch.setattr(Journal, "delete_before", keep_and_delete)

    def judge(self) -> None:
        """Replay all calls, also those that have no end."""
        stored = self._stored()
        for call_id, kept in self._kept().items():
            assert stored.get(call_id, kept) == kept, f"call {call_id}: the table has other inputs than the journal"
            why = self._replay(call_id, kept)
            REPLAYED[why] += 1
            assert why == "replayed" or why in self.undecided, f"call {call_id} cannot be replayed: {why}"

    def _replay(self, call_id: str, kept: str | None) -> str:
        call = read(call_id, kept)
        again = replay(call, self._programs) if isinstance(call, KeptCall) else call
        if isinstance(again, str):
            return again
        assert isinstance(call, KeptCall)
        difference = first_difference(call, again)
        assert difference is None, f"call {call_id}: {difference}"
        self.done.append(call_id)
        return "replayed"

    def _kept(self) -> dict[str, str | None]:
        """Of each call that the journal tells of."""
        fold = RecordFold()
        kept: dict[str, str | None] = {}
        segments = [*self._data.glob("deleted/*.jsonl"), *self._data.glob("journal/*.jsonl")]
        for path in sorted(segments, key=lambda path: path.name):
            for line in read_segment(path):
                ended = fold.apply(line, int(path.stem))
                if ended is not None:
                    kept[ended.record.id] = ended.record.inputs
        for call_id, call in fold.open.items():
            kept[call_id] = call.inputs.text(call.started.get("given"), None)
        return kept

    def _stored(self) -> dict[str, str]:
        """Of each call in the database, if there is one."""
        try:
            with closing(sqlite3.connect(f"file:{self._data / 'zongji.db'}?mode=ro", uri=True)) as database:
                return dict(database.execute("select call_id, inputs from call_inputs"))
        except sqlite3.Error:
            return {}
