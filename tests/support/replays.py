"""Every call of a runtime once more, by what its journal and its table have of it: it must do what it did."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from interpreter.compiler import compile_flow
from interpreter.flow.issues import FlowError
from interpreter.machine.program import Program
from interpreter.replay import KeptCall, first_difference, read, replay
from interpreter.runtime import service
from interpreter.runtime.books.journal import Journal, read_segment
from interpreter.runtime.books.records import RecordFold

REPLAYED: Counter[str] = Counter()
"""Of the whole run: calls that were replayed, and those that could not be, by why."""


class Replays:
    """Of one data folder. undecided: why calls may be no use for a replay. done: calls that were replayed."""

    def __init__(self, data: Path, *undecided: str) -> None:
        self._data = data
        self.undecided = {"secret", *undecided}
        self._programs: dict[str, Program] = {}
        self.done: list[str] = []

    def keep(self, patch: pytest.MonkeyPatch) -> None:
        """Keep the segments that journals of this process delete, and its programs: a test may spoil the database."""
        compiled, delete, kept = service._compile, Journal.delete_before, self._data / "deleted"

        def compile_and_keep(*document: Any) -> Program:
            program = compiled(*document)
            self._programs[program.digest] = program
            return program

        def keep_and_delete(journal: Journal, number: int) -> int:
            kept.mkdir(exist_ok=True)
            for found, path in journal.sealed():
                if found < number:
                    with suppress(OSError):
                        shutil.copy(path, kept)
            return delete(journal, number)

        patch.setattr(service, "_compile", compile_and_keep)
        patch.setattr(Journal, "delete_before", keep_and_delete)

    def judge(self) -> None:
        """Replay all calls, also those that have no end, and those of runtimes in other processes."""
        stored, kept = dict(self._rows("select call_id, inputs from call_inputs")), self._kept()
        for call_id in stored.keys() & kept.keys():
            assert stored[call_id] == kept[call_id], f"call {call_id}: the table has other inputs than the journal"
        for call_id, inputs in (kept | stored).items():
            why = self._replay(call_id, inputs)
            REPLAYED[why] += 1
            assert why == "replayed" or why in self.undecided, f"call {call_id} cannot be replayed: {why}"

    def _replay(self, call_id: str, kept: str | None) -> str:
        call = read(call_id, kept)
        if not isinstance(call, KeptCall):
            return call
        again = replay(call, self._programs)
        if again == "program":  # another process ran it
            self._programs |= self._published()
            again = replay(call, self._programs)
        if isinstance(again, str):
            return again
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

    def _published(self) -> dict[str, Program]:
        """All published versions, by their digests; but those with node types that only another process knows."""
        programs: dict[str, Program] = {}
        for (document,) in self._rows("select document from flow_versions"):
            with suppress(FlowError):
                program = compile_flow(json.loads(document), published=True)
                programs[program.digest] = program
        return programs

    def _rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        """Of the database, if there is one."""
        try:
            with closing(sqlite3.connect(f"file:{self._data / 'zongji.db'}?mode=ro", uri=True)) as database:
                return database.execute(query).fetchall()
        except sqlite3.Error:
            return ()
