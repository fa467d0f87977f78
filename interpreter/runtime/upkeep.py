"""What is looked after every few seconds: threads, overlong calls, held-back log lines, memory, the calendar."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from interpreter.runtime.books.writer import Writer
from interpreter.runtime.calendar_watch import CalendarWatch
from interpreter.runtime.memory import Tide, give_back
from interpreter.runtime.switchboard import Switchboard
from interpreter.runtime.vitals import Vitals

UPKEEP_SECONDS = 10.0


class Upkeep:
    """``start`` looks at once and then every ``UPKEEP_SECONDS``, on the loop, until ``stop``.

    give_back_memory: of the store; runs in a thread.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        board: Switchboard,
        writer: Writer,
        vitals: Vitals,
        give_back_memory: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._board = board
        self._writer = writer
        self._vitals = vitals
        self._give_back_stores_memory = give_back_memory
        self._tide = Tide()
        self._calendar_watch = CalendarWatch()
        self._next: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self.look()
        self._next = self._loop.call_later(UPKEEP_SECONDS, self.start)

    def stop(self) -> None:
        if self._next is not None:
            self._next.cancel()

    def look(self) -> None:
        """Do once what is due."""
        board = self._board
        self._vitals.look()
        if not self._writer.journal_alive:
            board.gate.overload.broken = True
            self._writer.give_up()
        self._say_alive()
        board.end_overlong()
        board.flush_logs()
        self._calendar_watch.look(board.directory, time.time() + board.clock_offset)
        if self._tide.has_gone_out(len(board.calls)):
            self._loop.run_in_executor(None, self._give_back_memory)

    def _say_alive(self) -> None:
        """One line for all calls in progress: if we are killed, their end (``node_lost``) is known to some seconds."""
        if self._board.calls:
            self._writer.put({"c": "", "t": time.time(), "e": "alive"})

    def _give_back_memory(self) -> None:
        self._board.engine.give_back_memory()
        self._give_back_stores_memory()
        give_back()
