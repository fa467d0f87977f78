"""A call's timers, by the names that the session gives them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from interpreter.machine.effects import CancelTimer, StartTimer


class Timers:
    """fired: told the name of a timer that has run out."""

    __slots__ = ("_fired", "_loop", "_running")

    def __init__(self, loop: asyncio.AbstractEventLoop, fired: Callable[[str], None]) -> None:
        self._loop = loop
        self._fired = fired
        self._running: dict[str, asyncio.TimerHandle] = {}

    def start(self, effect: StartTimer) -> None:
        """Start a timer, anew where it runs already."""
        name = effect.name
        running = self._running.get(name)
        if running is not None:
            running.cancel()
        self._running[name] = self._loop.call_later(effect.seconds, self._run_out, name)

    def cancel(self, effect: CancelTimer) -> None:
        running = self._running.pop(effect.name, None)
        if running is not None:
            running.cancel()

    def cancel_all(self) -> None:
        for timer in self._running.values():
            timer.cancel()
        self._running.clear()

    def _run_out(self, name: str) -> None:
        del self._running[name]
        self._fired(name)
