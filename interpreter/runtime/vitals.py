"""The threads that a runtime lives by: looked at now and then, begun anew where that can be done in place.

What cannot be mended in place is told in ``health``: whoever started the runtime starts it anew (``zongji.health``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

STALL_SECONDS = 10.0
"""A media thread without a turn for so long has stopped; it has one each 20 ms."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Vital:
    """One thread. loss: what goes on without it and what does not, for the log.

    revive: begins it anew with the work that it had; None where only a new runtime can.
    """

    name: str
    alive: Callable[[], bool]
    loss: str
    revive: Callable[[], None] | None = None


class Vitals:
    """See the module. ``look`` runs on the event loop, and so must not wait."""

    def __init__(self, threads: Sequence[Vital]) -> None:
        self._threads = threads
        self._told: set[str] = set()

    def look(self) -> None:
        """Tell once of each thread that has ended, and begin anew what can be."""
        for thread in self._threads:
            if thread.alive():
                self._told.discard(thread.name)
                continue
            if thread.name not in self._told:
                self._told.add(thread.name)
                log.critical("the %s thread has ended: %s", thread.name, thread.loss)
            if thread.revive is not None:
                self._revive(thread, thread.revive)

    def states(self) -> dict[str, str]:
        """``ok`` or ``dead`` by name."""
        return {thread.name: "ok" if thread.alive() else "dead" for thread in self._threads}

    def _revive(self, thread: Vital, revive: Callable[[], None]) -> None:
        try:
            revive()
        except Exception as error:  # no memory for a thread: tried again at the next look
            log.error("the %s thread cannot be begun anew: %s", thread.name, error)
        else:
            log.warning("the %s thread was begun anew", thread.name)
