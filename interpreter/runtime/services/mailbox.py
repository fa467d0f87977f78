"""Lets an extension hear what was left in its own box, and delete it (see ``calls.mailbox``)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final, cast

from interpreter.machine.effects import Data
from interpreter.rtp.errors import MediaError
from interpreter.rtp.events import AudioId
from interpreter.runtime.questions import Answer, Asker, Service
from interpreter.runtime.settings import RuntimeSettings
from interpreter.runtime.sounds import load_wave
from numbering.plan import national
from store import Store
from store.audit import Actor
from store.models import Voicemail
from store.repositories.calls import voicemail_thing

MOST: Final = 100
"""Messages of a box that are heard in one call."""

ASKED_SECONDS: Final = 10.0
"""How long the database may take."""


class Mailbox(Service):
    """data: ``do``, and for a message its ``id``.

    ``list`` answers ``ok`` with ``messages``; ``hear`` answers ``ok`` at the message's end; ``delete`` answers ``ok``.
    Any of them ends as ``error`` where the database or the file is not to be had.
    """

    seconds: ClassVar[float | None] = None

    async def ask(self, call: Asker, data: Data) -> Answer:
        box = _Box(call, self.settings)
        match data["do"]:
            case "list":
                return "ok", {"messages": await box.messages()}
            case "hear":
                await box.play(str(data["id"]))
            case "delete":
                await box.delete(str(data["id"]))
        return "ok", {}

    def taken_back(self, call: Asker) -> None:
        call.led.player.stop()


class _Box:
    """The box of the extension that calls."""

    def __init__(self, call: Asker, settings: RuntimeSettings) -> None:
        self._call = call
        self._data = settings.data
        self._tenant_id = call.tenant_id
        self._extension = call.facts.caller

    async def messages(self) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], await self._have(self._listed))

    async def play(self, message: str) -> None:
        """Returns at its end; cancelled where the caller does not want to hear more of it."""
        path = cast(Path, await self._have(partial(self._file, message)))
        engine = self._call.board.engine
        audio = await asyncio.to_thread(load_wave, engine, path)
        try:
            await self._have(partial(self._heard, message))
            await self._played(audio)
        finally:
            with contextlib.suppress(MediaError):  # the runtime ends
                engine.unload(audio)

    async def delete(self, message: str) -> None:
        await self._have(partial(self._deleted, message))

    async def _played(self, audio: AudioId) -> None:
        ended = asyncio.Event()
        self._call.led.player.play([audio], False, ended.set)
        await ended.wait()

    async def _have(self, work: Callable[[Store], object]) -> object:
        """What the store gives, in the mover's thread."""
        errand = self._call.board.errands.ask(work, Actor("extension", self._extension))
        async with asyncio.timeout(ASKED_SECONDS):
            return await asyncio.wrap_future(errand)

    # in the mover's thread

    def _listed(self, store: Store) -> list[dict[str, Any]]:
        return [
            {"id": message.id, "new": message.heard_at is None, "caller": national(message.caller)}
            for message in store.voicemails.in_box(self._tenant_id, self._extension, MOST)
        ]

    def _file(self, message_id: str, store: Store) -> Path:
        return self._data / self._own(store, message_id).path

    def _heard(self, message_id: str, store: Store) -> None:
        message = self._own(store, message_id)
        store.audit.add(self._tenant_id, "voicemail.listen", voicemail_thing(message))
        store.voicemails.set_heard(self._tenant_id, message.id, message.revision, True, by=self._extension)

    def _deleted(self, message_id: str, store: Store) -> None:
        message = self._own(store, message_id)
        path = store.voicemails.delete(self._tenant_id, message.id, message.revision)
        (self._data / path).unlink(missing_ok=True)

    def _own(self, store: Store, message_id: str) -> Voicemail:
        message = store.voicemails.get(self._tenant_id, message_id)
        if message.box != self._extension:
            raise LookupError(f"message {message_id} is not in box {self._extension}")
        return message
