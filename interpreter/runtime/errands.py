"""What calls have written into the database: done by the mover's thread, so that no call waits for it."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from interpreter.runtime.books.set_aside import is_refusal
from store import Store, StoreError
from store.audit import SYSTEM, Actor
from store.errors import Unusable, said

MOST: Final = 1000
"""Errands that wait at once; beyond it the oldest are dropped, with an error in the log."""

Work = Callable[[Store], object]

log = logging.getLogger(__name__)


class Errands:
    """``leave`` and ``ask`` may be called by any thread, ``run`` by the mover's. nudge: has ``run`` called soon."""

    def __init__(self, nudge: Callable[[], None]) -> None:
        self._nudge = nudge
        self._waiting: deque[tuple[Work, Actor]] = deque(maxlen=MOST)
        self._asked: deque[tuple[Work, Actor, Future[object]]] = deque()
        self._actor = SYSTEM

    def actor(self) -> Actor:
        """Who acts at this moment (``store.open_store``)."""
        return self._actor

    def leave(self, work: Work, actor: Actor) -> None:
        """Have it done, however long the database is away."""
        if len(self._waiting) == MOST:
            log.error("too much waits for the database: something is not written down")
        self._waiting.append((work, actor))
        self._nudge()

    def ask(self, work: Work, actor: Actor) -> Future[object]:
        """Have it tried once, now; the future has what it gives, or raises."""
        future: Future[object] = Future()
        self._asked.append((work, actor, future))
        self._nudge()
        return future

    def run(self, store: Store) -> None:
        """Do what waits. Raises what the store raises where something that was left is to be tried again."""
        while self._asked:
            work, actor, future = self._asked.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                given = self._do(work, actor, store)
            except Exception as error:
                future.set_exception(error)
            else:
                future.set_result(given)
        while self._waiting:
            work, actor = self._waiting.popleft()
            try:
                self._do(work, actor, store)
            except Exception as error:
                if is_refusal(error) or (isinstance(error, StoreError) and not isinstance(error, Unusable)):
                    log.error("the database refuses what %s had written down: %s", actor.name, said(error))
                    continue
                self._waiting.appendleft((work, actor))
                raise

    def _do(self, work: Work, actor: Actor, store: Store) -> object:
        self._actor = actor
        try:
            return work(store)
        finally:
            self._actor = SYSTEM
