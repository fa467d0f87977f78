"""The queues of all tenants: callers wait there for members of a group (``calls.waiting_room``)."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Mapping
from functools import partial
from random import Random
from typing import Final

from interpreter.calls.waiting_room import WaitingRoom
from interpreter.machine.effects import Data
from interpreter.runtime.questions import Answer, Asker, Board, Service
from interpreter.runtime.settings import RuntimeSettings

LOOK_SECONDS: Final = 0.25
"""How often it is looked whether somebody has become free, while anybody waits. Telephones register, calls end, groups
change: to look is simpler than to be told of all that, costs less where much happens, and nobody notices."""


class QueueService(Service):
    """One waiting room for each tenant."""

    seconds = None

    def __init__(self, settings: RuntimeSettings) -> None:
        super().__init__(settings)
        self._rooms: dict[str, _Room] = {}

    async def ask(self, call: Asker, data: Data) -> Answer:
        room = self._rooms.get(call.tenant_id)
        if room is None:
            room = self._rooms[call.tenant_id] = _Room(call.tenant_id, call.board)
        return await room.answer(call.id, data)

    async def close(self) -> None:
        for room in self._rooms.values():
            room.close()


class _Room:
    """The waiting room, its questions as futures, and its look at the telephones.

    A fault of ours in it gives all who wait back to their flows, by ``error``, and it begins anew.
    """

    def __init__(self, tenant_id: str, board: Board) -> None:
        self._loop = asyncio.get_running_loop()
        self._new = partial(WaitingRoom, partial(board.group, tenant_id), board.members(tenant_id), Random())
        self._room = self._new()
        self._open: set[asyncio.Future[Answer]] = set()
        self._next_look: asyncio.TimerHandle | None = None

    async def answer(self, call: str, data: Data) -> Answer:
        """Raises ValueError for what is no question to a queue, and whatever goes wrong in it."""
        told: asyncio.Future[Answer] = self._loop.create_future()
        room = self._room
        room.ask(told, call, data, self._loop.time())
        self._open.add(told)
        try:
            self._look()
            return await told
        finally:
            self._open.discard(told)
            room.take_back(told)

    def close(self) -> None:
        if self._next_look is not None:
            self._next_look.cancel()

    def _look(self) -> None:
        try:
            answers = self._room.answers(self._loop.time())
        except Exception as error:
            self._room = self._new()
            self._settle(dict.fromkeys(self._open, error))
        else:
            self._settle({key: (kind, data) for key, kind, data in answers})
        self.close()
        self._next_look = None if self._room.empty else self._loop.call_later(LOOK_SECONDS, self._look)

    @staticmethod
    def _settle(said: Mapping[Hashable, Answer | Exception]) -> None:
        for told, answer in said.items():
            if not isinstance(told, asyncio.Future) or told.done():
                continue
            if isinstance(answer, Exception):
                told.set_exception(answer)
            else:
                told.set_result(answer)
