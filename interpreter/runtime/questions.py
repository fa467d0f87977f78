"""Carries the questions of calls to the services that answer them, and what they say back.

A service may take its time: each question is a task of its own on the loop, with the service's limit of time.
Whatever a service does wrong ends that question as ``error``, with an incident in the log; the call goes on, and no
other notices.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, Final, Protocol

import orjson

from interpreter.calls.queue import Group, Members
from interpreter.found import class_in
from interpreter.machine.effects import Ask, Data, Tell, Unask
from interpreter.machine.events import Told
from interpreter.machine.facts import Facts
from interpreter.rtp._engine import Engine
from interpreter.rtp.events import AudioId
from interpreter.runtime.directory import LoadedVersion
from interpreter.runtime.errands import Errands
from interpreter.runtime.legs.leg import Leg
from interpreter.runtime.settings import RuntimeSettings

PACKAGE: Final = "interpreter.runtime.services"

MAX_ANSWER_BYTES: Final = 64 * 1024
"""Of an answer as JSON: it goes into the journal."""

STOP_SECONDS: Final = 3.0
"""How long the end of the runtime waits for what services were told."""

Answer = tuple[str, Data]
"""How it came out, and what the service says (see ``machine.events.Told``)."""

log = logging.getLogger("zongji.call")


class Board(Protocol):
    """What a service may have of the switchboard."""

    engine: Engine
    errands: Errands

    def tone(self, name: str, call: Asker) -> AudioId: ...
    def music(self, call: Asker) -> AudioId: ...
    def group(self, tenant_id: str, name: str) -> Group | None: ...
    def members(self, tenant_id: str) -> Members: ...


class Asker(Protocol):
    """What a service knows of the call that asks.

    led: the leg of whoever asks; for as long as the question is open the service may play to it, and put it into a mix.
    flow: the published flow that it runs, with its audio. secretive: see ``call.Call``.
    """

    secretive: bool

    @property
    def id(self) -> str: ...
    @property
    def tenant_id(self) -> str: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def led(self) -> Leg: ...
    @property
    def flow(self) -> LoadedVersion | None: ...
    @property
    def board(self) -> Board: ...

    def note(self, line: dict[str, object]) -> None: ...


class Service:
    """Answers the questions of one kind for all calls of a runtime; a file ``services/KIND.py`` defines one.

    It runs on the event loop: what blocks belongs into ``asyncio.to_thread``. seconds: how long one question, or one
    piece of news, may take it; then the question ends as ``timeout``. None: callers stay until they leave.
    """

    seconds: ClassVar[float | None] = 10.0

    def __init__(self, settings: RuntimeSettings) -> None:
        self.settings = settings

    async def ask(self, call: Asker, data: Data) -> Answer:
        """Answer a question. Cancelled where the call takes it back, after ``taken_back``."""
        raise NotImplementedError(f"{type(self).__module__} answers no questions")

    def taken_back(self, call: Asker) -> None:
        """The call does not wait any more: leave its leg alone from now on, for it goes on at once."""

    async def tell(self, call: Asker, data: Data) -> None:
        """Take news; the call may be over by now."""
        raise NotImplementedError(f"{type(self).__module__} takes no news")

    async def close(self) -> None:
        """The runtime ends."""


class Services:
    """The services of a runtime, each made when it is first asked."""

    def __init__(self, settings: RuntimeSettings) -> None:
        self._settings = settings
        self._made: dict[str, Service] = {}
        self._told: set[asyncio.Task[None]] = set()

    async def ask(self, call: Asker, kind: str, data: Data) -> Answer:
        """The answer: ``timeout`` where it takes too long. Raises whatever goes wrong in the service."""
        service = self._of(kind)
        try:
            async with asyncio.timeout(service.seconds):
                outcome, said = await service.ask(call, data)
        except TimeoutError:
            log.warning("call %s: service %s does not answer", call.id, kind)
            return "timeout", {}
        if not isinstance(outcome, str) or len(orjson.dumps(said)) > MAX_ANSWER_BYTES:
            raise ValueError(f"an answer of service {kind} is none, or too long")
        return outcome, said

    def taken_back(self, call: Asker, kind: str) -> None:
        """The call does not wait for its answer any more."""
        service = self._made.get(kind)
        if service is None:
            return
        try:
            service.taken_back(call)
        except Exception:
            log.exception("call %s: incident, service %s did not let it go", call.id, kind)

    def tell(self, call: Asker, kind: str, data: Data) -> None:
        """Pass news on; nobody waits for it."""
        task = asyncio.get_running_loop().create_task(self._tell(call, kind, data))
        self._told.add(task)
        task.add_done_callback(self._told.discard)

    async def _tell(self, call: Asker, kind: str, data: Data) -> None:
        try:
            service = self._of(kind)
            async with asyncio.timeout(service.seconds):
                await service.tell(call, data)
        except Exception:
            log.exception("call %s: incident, service %s did not take the news", call.id, kind)

    def _of(self, kind: str) -> Service:
        if kind not in self._made:
            found = class_in(PACKAGE, kind, Service)
            if found is None:
                raise LookupError(f"there is no service {kind}")
            self._made[kind] = found(self._settings)
        return self._made[kind]

    async def close(self) -> None:
        """Wait a little for what was told, and end the services."""
        if self._told:
            await asyncio.wait(self._told, timeout=STOP_SECONDS)
        for task in self._told:
            task.cancel()
        for kind, service in self._made.items():
            try:
                await service.close()
            except Exception:
                log.exception("service %s did not end well", kind)


class Questions:
    """The open questions of one call. told: takes each answer, also ``error``."""

    __slots__ = ("_call", "_open", "_services", "_told")

    def __init__(self, call: Asker, services: Services, told: Callable[[Told], None]) -> None:
        self._call = call
        self._services = services
        self._told = told
        self._open: dict[int, tuple[str, asyncio.Task[None]]] = {}

    def ask(self, output: Ask) -> None:
        self._call.note({"e": "ask", "n": output.n, "k": output.kind, "d": self._written(output.data)})
        self._open[output.n] = output.kind, _started(self._ask(output))

    def take_back(self, output: Unask) -> None:
        self._take_back(output.n)

    def _take_back(self, n: int) -> None:
        kind, task = self._open.pop(n, ("", None))
        if task is not None:
            self._services.taken_back(self._call, kind)
            task.cancel()

    def tell(self, output: Tell) -> None:
        self._call.note({"e": "tell", "k": output.kind, "d": self._written(output.data)})
        self._services.tell(self._call, output.kind, output.data)

    def _written(self, data: Data) -> Data:
        """What services are told, as it may be written down."""
        return {} if self._call.secretive else data

    def end(self) -> None:
        """The call is over."""
        for n in list(self._open):
            self._take_back(n)

    async def _ask(self, ask: Ask) -> None:
        try:
            kind, data = await self._services.ask(self._call, ask.kind, ask.data)
        except Exception:
            log.exception("call %s: incident in service %s", self._call.id, ask.kind)
            kind, data = "error", {}
        if self._open.pop(ask.n, None) is not None:
            self._told(Told(ask.n, kind, data))


def _started(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(work)
