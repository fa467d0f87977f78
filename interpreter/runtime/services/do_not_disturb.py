"""Lets an extension be left alone, or rung again, as its own telephone asks for by a code."""

from __future__ import annotations

import asyncio
from functools import partial

from interpreter.machine.effects import Data
from interpreter.runtime.questions import Answer, Asker, Service
from store import Store
from store.audit import Actor


class DoNotDisturb(Service):
    """data: ``on``. Answers ``ok``, or ends as ``error`` where it cannot be written."""

    async def ask(self, call: Asker, data: Data) -> Answer:
        extension = call.facts.caller
        work = partial(_set, tenant_id=call.tenant_id, extension=extension, on=bool(data["on"]))
        await asyncio.wrap_future(call.board.errands.ask(work, Actor("extension", extension)))
        return "ok", {}


def _set(store: Store, *, tenant_id: str, extension: str, on: bool) -> None:
    store.extensions.set_do_not_disturb(tenant_id, extension, on, by=extension)
