"""One running runtime put together: store, journal, engine, sockets and the control socket around a switchboard."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, suppress
from functools import partial

from interpreter import system_errors
from interpreter.control.server import ControlServer, Method
from interpreter.machine.program import Program
from interpreter.runtime import commands, live, resources
from interpreter.runtime.bindings import KeptTwice, StoredBindings
from interpreter.runtime.books.mover import Mover
from interpreter.runtime.books.set_aside import SetAside
from interpreter.runtime.books.writer import Writer
from interpreter.runtime.directory_loader import DirectoryLoader
from interpreter.runtime.directory_watch import DirectoryWatch
from interpreter.runtime.domains import TenantDomains
from interpreter.runtime.errands import Errands
from interpreter.runtime.errors import StartError
from interpreter.runtime.health import Health, vital_threads
from interpreter.runtime.memory import give_back
from interpreter.runtime.names import HostNames
from interpreter.runtime.prompts import PromptLibrary
from interpreter.runtime.randomness import BlockRandom
from interpreter.runtime.recording import DayFolders
from interpreter.runtime.settings import RuntimeSettings, SipListen
from interpreter.runtime.switchboard import Switchboard
from interpreter.runtime.trials import Trials
from interpreter.runtime.upkeep import Upkeep
from interpreter.runtime.versions import Versions
from interpreter.sip.digest import Authenticator
from interpreter.sip.registrar import Registrar
from store.records import CallRecord

STOP_SECONDS = 3.0
"""How long a stop waits for calls to part and files to close."""

log = logging.getLogger(__name__)


class Service:
    """Made in the event loop that it runs in, begun with ``start``, ended with ``stop``.

    Raises StartError from either construction or ``start``; then everything that was taken is given back. Construction
    takes lock, database, journal and media engine; sockets and threads are the start's.
    """

    def __init__(self, settings: RuntimeSettings) -> None:
        self.settings = settings
        self._started = False
        self._loop = loop = asyncio.get_running_loop()
        with ExitStack() as taken:
            taken.callback(resources.lock(settings).close)
            self._copy = resources.node_copy(settings)
            taken.callback(self._copy.close)
            self.errands = Errands(lambda: self.writer.nudge())
            self._store = resources.database(settings, self.errands.actor, self._copy)
            taken.callback(self._store.close)
            self.mover = Mover(self._store.calls.write, SetAside(settings.data), on_recorded=self._recorded)
            recovered = resources.recovered_journal(settings, self.mover)
            self.journal = recovered.journal
            taken.callback(self.journal.close)
            self.engine = resources.media_engine(settings)
            taken.callback(self.engine.close)
            tones = resources.system_tones(self.engine)
            self.writer = writer = Writer(self.journal, self.mover, recovered.fold, self._journal_broken)
            rng = BlockRandom()
            registrar = self._registrar(rng)
            self.board = board = Switchboard(
                loop, settings, self.engine, registrar, rng, writer.put, writer.hear, writer.when_kept, tones,
                self.errands,
            )  # fmt: skip
            kept = KeptTwice(self._store.registrations, self._copy.registrations)
            self._bindings = StoredBindings(kept, registrar, loop.time)
            self._names = HostNames()
            prompts = PromptLibrary(settings.data / "audio", self.engine)
            versions = Versions(self._copy.flows.version, _compile, prompts)
            loader = DirectoryLoader(self._store.directory, self._copy, versions, self._names)
            self._watch = DirectoryWatch(loop, loader, board, writer.nudge)
            self._folders = DayFolders(settings.data)
            vitals = vital_threads(writer, self.engine, self._names)
            self.health = Health(board, writer, self.mover, vitals)
            self.methods = self._methods(versions)
            self._control = control = ControlServer(settings.control_socket, self.methods, settings.limits.subscribers)
            self._live = board.observer = live.LiveEvents(
                board, control.publish, lambda: control.has_subscribers, self._bindings.changed
            )
            self.upkeep = Upkeep(loop, board, writer, vitals, self._store.give_back_memory)
            self._taken = AsyncExitStack()
            self._taken.push(taken.pop_all())

    async def start(self) -> None:
        """Take calls."""
        try:
            await self._start()
            self._started = True
        except BaseException:
            try:
                await self._taken.aclose()
            except Exception:  # why the start failed is what people need to hear
                log.exception("something was not given back after a start that failed")
            raise

    async def _start(self) -> None:
        board, writer = self.board, self.writer
        self._taken.callback(board.media.names.stop)
        self._taken.callback(self._names.stop)
        self._names.start()
        self._watch.begin(self._bindings)
        self._taken.push_async_callback(asyncio.sleep, 0)  # transports close their sockets in the loop's next turn
        self._taken.callback(board.driver.close)
        for listen in self.settings.sip:
            await self._listen(listen)
        self._taken.push_async_callback(asyncio.to_thread, writer.stop)
        writer.start((
            partial(self.errands.run, self._store), self._watch.poll, self._bindings.write, self._bindings.prune,
            self._folders.make, self.mover.offer_refused,
        ))  # fmt: skip
        self._taken.push_async_callback(self._control.stop)
        await self._control.start()
        self._loop.add_reader(self.engine.fileno(), board.on_engine)
        self._taken.callback(self._loop.remove_reader, self.engine.fileno())
        self._taken.callback(self.upkeep.stop)
        self.upkeep.start()
        log.info("taking calls at %s, media thread %s", ", ".join(map(str, self.settings.sip)), self.engine.scheduling)
        give_back()  # what the start alone has used
        gc.freeze()  # what is here stays; the collector need not look at it for every few calls

    async def stop(self) -> None:
        """End all calls, write everything down, close everything. After a start that failed there is nothing to do."""
        if not self._started:
            return
        board = self.board
        board.gate.overload.closed = True
        for call in list(board.calls.values()):
            call.end("shutdown", "system")
        board.flush()
        await board.services.close()
        await self._quiet()
        await self._taken.aclose()

    async def _quiet(self) -> None:
        """Wait for the last leg and file to close, not for ever."""
        quiet = asyncio.Event()
        self.board.on_quiet = quiet.set
        if not self.board.quiet:
            with suppress(TimeoutError):
                await asyncio.wait_for(quiet.wait(), STOP_SECONDS)
        await asyncio.sleep(0.05)  # the last BYEs have left, their 200s may come

    async def _listen(self, listen: SipListen) -> None:
        try:
            await self.board.driver.listen(listen)
        except OSError as error:
            code = "port_in_use" if error.errno == errno.EADDRINUSE else "cannot_listen"
            raise StartError(code, address=str(listen), detail=system_errors.why(error)) from error

    def _registrar(self, rng: BlockRandom) -> Registrar:
        authenticator = Authenticator(TenantDomains(lambda: self.board.directory), rng)
        return Registrar(
            authenticator, admit=lambda aor: self.board.gate.admits_registration(aor),
            ask_every_s=self.settings.presence_seconds or None,
        )  # fmt: skip

    def _methods(self, versions: Versions) -> dict[str, Method]:
        """What the control socket offers, by name."""
        board = self.board
        return {
            "health": self.health.report,
            "reload": self._watch.reload,
            "calls": partial(live.calls_of, board),
            "registrations": partial(live.registrations_of, board),
            "hangup": partial(live.hang_up, board),
            "originate": partial(commands.originate, board),
            "monitor": partial(commands.monitor, board),
            "transfer": partial(commands.transfer, board),
            "trial": Trials(self.settings.data / "trials", versions, board.originator).begin,
            "clock": partial(live.move_clock, board),
        }

    def _recorded(self, records: Sequence[CallRecord]) -> None:
        """In the mover's thread: whoever shows records may read these now."""
        with suppress(RuntimeError):  # the loop is closed already: nobody listens any more
            self._loop.call_soon_threadsafe(self._live.recorded, list(records))

    def _journal_broken(self, broken: bool) -> None:
        """In the journal's thread: without a journal no new call is taken."""
        self._loop.call_soon_threadsafe(setattr, self.board.gate.overload, "broken", broken)


def _compile(document: Mapping[str, object], flow_id: str = "") -> Program:
    from interpreter.compiler import compile_flow  # late: the grammar library is needed only when a version is loaded

    return compile_flow(dict(document), published=True, flow_id=flow_id)
