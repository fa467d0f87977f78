"""Whether a process of ``zongji serve`` is well: asked when it starts, and again and again as long as it lives.

A process can live and do nothing: its loop hangs, or the thread that keeps the journal has ended. Only asking shows
that. The supervisor asks on a thread per process, for the answer of one that hangs takes its time.
"""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path

POLL_SECONDS = 5.0
MISSES = 4
"""So many silent answers in a row are no busy moment any more; with the patience below that is 20 to 50 seconds."""

RUNTIME_PATIENCE, PAGE_PATIENCE = 5.0, 8.0
"""Seconds to wait for an answer; the page's own covers the three that it waits for the runtime."""

READY_PATIENCE = 1.0
"""The same while it starts: it is asked again at once."""

SILENT = "unwell.silent"

INSTANCE, INSTANCE_HEADER = "ZONGJI_INSTANCE", "Zongji-Instance"
"""The variable that names this start of Zongji to the web process, and the header by which its answer shows it."""

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Whatever http_proxy says: our own page is not behind it."""

UNWELL = {
    "journal": "unwell.journal", "media": "unwell.media", "mover": "unwell.mover", "recorder": "unwell.recorder",
    "names": "unwell.names",
}  # fmt: skip
"""What is said of a runtime whose thread of this name has ended."""

CANNOT_WAIT = frozenset({"journal", "media"})
"""Threads without which calls in progress are worth nothing either."""

Complaint = str | None
"""The word code of what is wrong, None while nothing is."""

Ask = Callable[[], Complaint]


class Watch:
    """Asks how one life of a process is. ``verdict`` is what it must be ended for, None so far.

    Silence counts after ``misses`` in a row, any other complaint at once: the process itself says so.
    """

    def __init__(self, ask: Ask, *, every: float = POLL_SECONDS, misses: int = MISSES) -> None:
        self._ask = ask
        self._every = every
        self._misses = misses
        self._over = threading.Event()
        self.verdict: Complaint = None

    def start(self) -> None:
        threading.Thread(target=self.run, name="watch", daemon=True).start()

    def stop(self) -> None:
        """The process has ended, or is told to: ask no more. Does not wait for an answer that is still out."""
        self._over.set()

    def run(self) -> None:
        """The thread's work: ask until there is a verdict or ``stop``."""
        silent = 0
        while not self._over.wait(self._every):
            complaint = self._ask()
            silent = silent + 1 if complaint == SILENT else 0
            if complaint is not None and (complaint != SILENT or silent >= self._misses):
                self.verdict = complaint
                return


def runtime_complaint(data: Path, patience: float) -> Complaint:
    """Ask the runtime's control socket for its ``health``."""
    from interpreter.control.client import ControlError, RuntimeUnreachable, ask

    try:
        return complaint_of(ask(data / "control.sock", "health", timeout=patience))
    except (OSError, ValueError, ControlError, RuntimeUnreachable):
        return SILENT


def complaint_of(health: Mapping[str, object]) -> Complaint:
    """What the runtime says of itself that only a new start mends.

    Without its journal thread a call leaves no record, without its media thread nobody hears anything: that cannot
    wait. Without another one records wait in the journal, or addresses grow old, which is worth no call in progress:
    that waits until there is none.
    """
    threads = health.get("threads")
    if isinstance(threads, Mapping):
        for name, complaint in UNWELL.items():
            if threads.get(name) == "dead" and (name in CANNOT_WAIT or not health.get("calls")):
                return complaint
    return None


def page_complaint(web: tuple[str, int], instance: str, patience: float) -> Complaint:
    """Whether our own ``/healthz`` answers at all; its 503 tells of the runtime, which is asked itself.

    ``instance`` is what the web process was started with: another program may hold the port, and answer too.
    """
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(web[0], web[0])
    bracketed = f"[{host}]" if ":" in host else host
    try:
        with _DIRECT.open(f"http://{bracketed}:{web[1]}/healthz", timeout=patience) as answer:
            answered_by = answer.headers.get(INSTANCE_HEADER)
    except urllib.error.HTTPError as refusal:
        with refusal:
            answered_by = refusal.headers.get(INSTANCE_HEADER)
    except (OSError, HTTPException):
        return SILENT
    return None if answered_by == instance else SILENT
