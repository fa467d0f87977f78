"""How the runtime is: what it tells of itself over the control socket, and the threads that it lives by."""

from __future__ import annotations

import time

from interpreter.control.server import Params, Result
from interpreter.rtp._engine import Engine
from interpreter.runtime.books.mover import Mover
from interpreter.runtime.books.writer import Writer
from interpreter.runtime.names import HostNames
from interpreter.runtime.switchboard import Switchboard
from interpreter.runtime.vitals import STALL_SECONDS, Vital, Vitals


def vital_threads(writer: Writer, engine: Engine, names: HostNames) -> Vitals:
    """All threads that this process lives by, beside the event loop, which answers ``health`` itself."""
    until = "until the runtime is started again"
    return Vitals(
        (
            Vital("journal", lambda: writer.journal_alive, f"no new call is taken {until}"),
            Vital("mover", lambda: writer.mover_alive, f"records and changes wait {until}"),
            Vital("media", lambda: engine.turn_age < STALL_SECONDS, f"calls are silent {until}"),
            Vital("recorder", lambda: engine.recorder_alive, "recordings wait in memory", engine.revive_recorder),
            Vital("names", lambda: names.alive, "trunks keep the addresses they have", names.start),
        )
    )


class Health:
    """Begun with the runtime, whose age it tells."""

    def __init__(self, board: Switchboard, writer: Writer, mover: Mover, vitals: Vitals) -> None:
        self._board = board
        self._writer = writer
        self._mover = mover
        self._vitals = vitals
        self._since = time.time()

    def report(self, params: Params) -> Result:
        """Method ``health``; whoever watches us wants ``journal`` ok, ``mover`` ok and ``database`` ok.

        journal: see ``_journal_state``. mover: ``failing`` while records wait try after try, for whatever reason;
        ``dead`` only a new start mends, records and directory wait. threads: ``ok`` or ``dead``, by name.
        database: ``down`` while it takes no records.
        records_waiting: in memory for it; records_refused: set aside for a person. refused: INVITEs answered 503;
        dropped: requests above what one address may send; limited: calls, registrations, keys and requests above what
        one extension, trunk, address or call may have.
        """
        board = self._board
        stats = board.engine.stats()
        return {
            "alive": True,
            "calls": len(board.calls),
            "since": self._since,
            "sip": [str(listen) for listen in board.settings.sip],
            "directory_revision": board.directory.revision,
            "records_waiting": self._mover.waiting,
            "records_refused": self._mover.refused,
            "journal": self._journal_state(),
            "mover": self._mover_state(),
            "threads": self._vitals.states(),
            "database": "ok" if not self._mover.failures else "down",
            "refused": board.gate.overload.refused,
            "dropped": board.gate.sources.dropped,
            "limited": board.gate.limiter.refused,
            "media": {
                "thread": board.engine.scheduling, "legs": stats["legs"], "late_max": stats["late_max"],
                "skipped_slots": stats["skipped_slots"], "events_lost": stats["events_lost"],
            },
        }  # fmt: skip

    def _journal_state(self) -> str:
        """``failing``: the disk refuses it for now, and no new call is taken. ``dead``: only a new start helps."""
        if not self._writer.journal_alive:
            return "dead"
        return "failing" if self._board.gate.overload.broken else "ok"

    def _mover_state(self) -> str:
        if not self._writer.mover_alive:
            return "dead"
        return "failing" if self._writer.mover_failing else "ok"
