"""Sets the day/night switch of all of a tenant's numbers, for a telephone that called its code."""

from __future__ import annotations

import asyncio
from functools import partial

from interpreter.machine.effects import Data
from interpreter.runtime.questions import Answer, Asker, Service
from store import Store
from store.audit import Actor


class Switch(Service):
    """data: ``to`` (``day``, ``night``, ``auto``). Answers ``ok``, or ends as ``error`` where it cannot be written."""

    async def ask(self, call: Asker, data: Data) -> Answer:
        by = call.facts.caller
        work = partial(_set, tenant_id=call.tenant_id, to=str(data["to"]), by=by)
        await asyncio.wrap_future(call.board.errands.ask(work, Actor("extension", by)))
        return "ok", {}


def _set(store: Store, *, tenant_id: str, to: str, by: str) -> None:
    store.numbers.set_all_switches(tenant_id, to, by=by)
