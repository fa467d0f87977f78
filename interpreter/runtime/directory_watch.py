"""Keeps the switchboard's directory as new as the database: read by the mover's thread, put in place by the loop."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from interpreter.control.server import Params, Result
from interpreter.runtime.bindings import StoredBindings
from interpreter.runtime.directory import Directory
from interpreter.runtime.directory_loader import DirectoryLoader
from interpreter.runtime.errors import StartError
from interpreter.runtime.switchboard import Switchboard
from store import StoreError
from store.errors import said

DIRECTORY_SECONDS = 1.0

log = logging.getLogger(__name__)


class DirectoryWatch:
    """nudge: makes the mover's thread come to its chores now."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, loader: DirectoryLoader, board: Switchboard, nudge: Callable[[], None]
    ) -> None:
        self._loop = loop
        self._loader = loader
        self._board = board
        self._nudge = nudge
        self._waiting: list[asyncio.Future[int]] = []
        self._next_poll = 0.0

    def begin(self, bindings: StoredBindings) -> None:
        """The first directory, and the registrations that belong to it; as last known where the database is away.

        Raises StartError.
        """
        try:
            directory = self._first()
        except StoreError as error:
            raise StartError("database", detail=error.messages) from error
        assert directory is not None
        self._board.replace_directory(directory)
        bindings.restore()

    def _first(self) -> Directory | None:
        try:
            return self._loader.poll()
        except (StoreError, SQLAlchemyError) as error:
            known = self._loader.as_known()
            if known is None:
                raise
            log.warning("directory at revision %d, as it was known last: %s", known.revision, said(error))
            return known

    def poll(self) -> None:
        """In the mover's thread, about every second. Raises what the store raised."""
        self._loader.versions.sweep()
        if time.monotonic() < self._next_poll and not self._waiting:
            return
        self._next_poll = time.monotonic() + DIRECTORY_SECONDS
        directory = self._loader.poll()
        self._loop.call_soon_threadsafe(self._polled, directory)

    async def reload(self, params: Params) -> Result:
        """Method ``reload``: answers when the directory is as new as the database."""
        future: asyncio.Future[int] = self._loop.create_future()
        self._waiting.append(future)
        self._nudge()
        return {"directory_revision": await future}

    def _polled(self, directory: Directory | None) -> None:
        if directory is not None:
            if directory.revision != self._board.directory.revision:
                log.info("directory at revision %d", directory.revision)
            self._loader.versions.retire(self._board.replace_directory(directory))
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(self._board.directory.revision)
