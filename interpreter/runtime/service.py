"""One running runtime put together: store, journal, engine, sockets and the control socket around a switchboard."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import gc
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, suppress
from functools import partial
from typing import IO

from interpreter import system_errors
from interpreter.machine.program import Program
from interpreter.rtp._engine import Engine
from interpreter.rtp.events import AudioId
from interpreter.rtp.ports import PortPool
from interpreter.runtime import live
from interpreter.runtime.bindings import StoredBindings
from interpreter.runtime.calendar_watch import CalendarWatch
from interpreter.runtime.control import ControlServer, Method, Params, Result
from interpreter.runtime.directory import Directory, DirectoryLoader
from interpreter.runtime.errors import StartError
from interpreter.runtime.memory import Tide, give_back
from interpreter.runtime.mover import Mover
from interpreter.runtime.names import HostNames
from interpreter.runtime.prompts import PromptLibrary
from interpreter.runtime.randomness import BlockRandom
from interpreter.runtime.recording import DayFolders
from interpreter.runtime.recovery import Recovered, make_whole, recover
from interpreter.runtime.set_aside import SetAside
from interpreter.runtime.settings import RuntimeSettings, SipListen
from interpreter.runtime.switchboard import Switchboard
from interpreter.runtime.udp import SipDriver
from interpreter.runtime.vitals import STALL_SECONDS, Vital, Vitals
from interpreter.runtime.writer import Writer
from interpreter.sip.digest import Authenticator
from interpreter.sip.registrar import Registrar
from interpreter.sip.ua import Config, UserAgent
from store import Store, StoreError, open_store
from store.records import CallRecord

REALM = "zongji"
DIRECTORY_SECONDS = 1.0
HOUSEKEEPING_SECONDS = 10.0
STOP_SECONDS = 3.0
"""How long a stop waits for calls to part and files to close."""

log = logging.getLogger(__name__)


class Service:
    """Start with ``start``, end with ``stop``; both in the event loop. Raises StartError from either construction
    or ``start``; then everything that was taken is given back. Construction does what needs no loop: lock, database,
    journal, media engine.
    """

    def __init__(self, settings: RuntimeSettings) -> None:
        self.settings = settings
        self.started_at = time.time()
        self._started = False
        self._tide = Tide()
        self._calendar_watch = CalendarWatch()
        with ExitStack() as taken:
            taken.callback(_lock(settings).close)
            self._store = _open(settings)
            taken.callback(self._store.close)
            self._mover = Mover(self._store.calls.write, SetAside(settings.data), on_recorded=self._recorded)
            recovered = _recover(settings, self._mover)
            self._fold, self._journal = recovered.fold, recovered.journal
            taken.callback(self._journal.close)
            self.engine = _engine(settings)
            taken.callback(self.engine.close)
            self._prompts = PromptLibrary(settings.data / "audio", self.engine)
            self._taken = AsyncExitStack()
            self._taken.push(taken.pop_all())
        self._names = HostNames()
        self._loader = DirectoryLoader(
            self._store.directory, self._store.flows.version, _compile, self._prompts, self._names
        )
        self._folders = DayFolders(settings.data)
        self.board: Switchboard

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
        loop = asyncio.get_running_loop()
        rng = BlockRandom()
        self._loop = loop
        authenticator = Authenticator(REALM, lambda user: self.board.directory.ha1(user), rng)
        registrar = Registrar(authenticator, admit=lambda user: self.board.admits_registration(user))
        self._bindings = StoredBindings(self._store.registrations, registrar, loop.time)
        self._waiting_for_directory: list[asyncio.Future[int]] = []
        self._next_poll = 0.0
        chores = (
            self._poll_directory, self._bindings.write, self._bindings.prune, self._folders.make,
            self._mover.offer_refused,
        )  # fmt: skip
        self._writer = Writer(self._journal, self._mover, self._fold, chores, self._journal_broken)
        self.board = board = Switchboard(
            loop,
            self.settings,
            self.engine,
            registrar,
            rng,
            self._writer.put,
            self._writer.when_kept,
            _tones(self.engine),
        )
        self._taken.callback(self._names.stop)
        self._names.start()
        self._vitals = self._threads()
        self._first_directory()
        self._control = ControlServer(self.settings.control_socket, self._methods(), self.settings.limits.subscribers)
        self._live = board.observer = live.LiveEvents(
            board,
            self._control.publish,
            lambda: self._control.has_subscribers,
            lambda user: self._bindings.changed(user, board.directory),
        )
        self._taken.push_async_callback(asyncio.sleep, 0)  # transports close their sockets in the loop's next turn
        for listen in self.settings.sip:
            await self._listen(loop, listen, registrar, rng)
        self._taken.push_async_callback(asyncio.to_thread, self._writer.stop)
        self._writer.start()
        self._taken.push_async_callback(self._control.stop)
        await self._control.start()
        loop.add_reader(self.engine.fileno(), board.on_engine)
        self._taken.callback(loop.remove_reader, self.engine.fileno())
        self._housekeeping()
        self._taken.callback(lambda: self._upkeep.cancel())
        log.info("taking calls at %s, media thread %s", ", ".join(map(str, self.settings.sip)), self.engine.scheduling)
        gc.collect()
        gc.freeze()  # what is here stays; the collector need not look at it for every few calls

    async def stop(self) -> None:
        """End all calls, write everything down, close everything. After a start that failed there is nothing to do."""
        if not self._started:
            return
        board = self.board
        board.overload.closed = True
        for call in list(board.calls.values()):
            call.end("shutdown", "system")
        board.flush()
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

    async def _listen(
        self, loop: asyncio.AbstractEventLoop, listen: SipListen, registrar: Registrar, rng: BlockRandom
    ) -> None:
        board = self.board
        config = Config(
            local=(board.addresses.towards(listen.host), listen.port),
            advertise=lambda peer: (board.addresses.towards(peer[0]), listen.port),
            challenge=board.access.must_authenticate,
            accept_call=board.overload.full,
            admit_call=board.admits_call,
            admit_in_dialog=lambda call: board.admits_request(driver, call),
            accept_request=board.sources.admits,
        )
        driver = SipDriver(loop, listen, UserAgent(config, rng, registrar), board.on_sip)
        try:
            await driver.open()
        except OSError as error:
            code = "port_in_use" if error.errno == errno.EADDRINUSE else "cannot_listen"
            raise StartError(code, address=str(listen), detail=system_errors.why(error)) from error
        self._taken.callback(driver.close)
        board.drivers.append(driver)

    # the directory

    def _first_directory(self) -> None:
        try:
            directory = self._loader.poll()
            assert directory is not None
            self.board.replace_directory(directory)
            self._bindings.restore()
        except StoreError as error:
            raise StartError("database", detail=error.messages) from error

    def _poll_directory(self) -> None:
        """In the mover's thread, about every second."""
        self._loader.sweep()
        if time.monotonic() < self._next_poll and not self._waiting_for_directory:
            return
        self._next_poll = time.monotonic() + DIRECTORY_SECONDS
        directory = self._loader.poll()
        self._loop.call_soon_threadsafe(self._directory_polled, directory)

    def _directory_polled(self, directory: Directory | None) -> None:
        if directory is not None:
            if directory.revision != self.board.directory.revision:
                log.info("directory at revision %d", directory.revision)
            self._loader.retire(self.board.replace_directory(directory))
        waiting, self._waiting_for_directory = self._waiting_for_directory, []
        for future in waiting:
            if not future.done():
                future.set_result(self.board.directory.revision)

    async def _reload(self, params: Params) -> Result:
        """Method ``reload``: answers when the directory is as new as the database."""
        future: asyncio.Future[int] = self._loop.create_future()
        self._waiting_for_directory.append(future)
        self._writer.nudge()
        return {"directory_revision": await future}

    def _recorded(self, records: Sequence[CallRecord]) -> None:
        """In the mover's thread: whoever shows records may read these now."""
        with suppress(RuntimeError):  # the loop is closed already: nobody listens any more
            self._loop.call_soon_threadsafe(self._live.recorded, list(records))

    # the rest of the control socket

    def _methods(self) -> dict[str, Method]:
        board = self.board
        return {
            "health": self._health,
            "reload": self._reload,
            "calls": partial(live.calls_of, board),
            "registrations": partial(live.registrations_of, board),
            "hangup": partial(live.hang_up, board),
            "clock": partial(live.move_clock, board),
        }

    def _health(self, params: Params) -> Result:
        """Method ``health``; whoever watches us wants ``journal`` ok, ``mover`` ok and ``database`` ok.

        journal: see ``_journal_state``. mover: ``failing`` while records wait try after try, for whatever reason;
        ``dead`` only a new start mends, records and directory wait. threads: ``ok`` or ``dead``, by name.
        database: ``down`` while it takes no records.
        records_waiting: in memory for it; records_refused: set aside for a person. refused: INVITEs answered 503;
        dropped: requests above what one address may send; limited: calls, registrations, keys and requests above what
        one extension, trunk, address or call may have.
        """
        stats = self.engine.stats()
        return {
            "alive": True,
            "calls": len(self.board.calls),
            "since": self.started_at,
            "sip": [str(listen) for listen in self.settings.sip],
            "directory_revision": self.board.directory.revision,
            "records_waiting": self._mover.waiting,
            "records_refused": self._mover.refused,
            "journal": self._journal_state(),
            "mover": self._mover_state(),
            "threads": self._vitals.states(),
            "database": "ok" if not self._mover.failures else "down",
            "refused": self.board.overload.refused,
            "dropped": self.board.sources.dropped,
            "limited": self.board.limiter.refused,
            "media": {
                "thread": self.engine.scheduling, "legs": stats["legs"], "late_max": stats["late_max"],
                "skipped_slots": stats["skipped_slots"], "events_lost": stats["events_lost"],
            },
        }  # fmt: skip

    def _journal_state(self) -> str:
        """``failing``: the disk refuses it for now, and no new call is taken. ``dead``: only a new start helps."""
        if not self._writer.journal_alive:
            return "dead"
        return "failing" if self.board.overload.broken else "ok"

    def _mover_state(self) -> str:
        if not self._writer.mover_alive:
            return "dead"
        return "failing" if self._writer.mover_failing else "ok"

    # upkeep

    def _housekeeping(self) -> None:
        self._vitals.look()
        if not self._writer.journal_alive:
            self.board.overload.broken = True
            self._writer.give_up()
        self._say_alive()
        self.board.end_overlong()
        self.board.flush_logs()
        self._calendar_watch.look(self.board.directory, time.time() + self.board.clock_offset)
        if self._tide.has_gone_out(len(self.board.calls)):
            self._loop.run_in_executor(None, self._give_back_memory)
        self._upkeep = self._loop.call_later(HOUSEKEEPING_SECONDS, self._housekeeping)

    def _give_back_memory(self) -> None:
        self.engine.give_back_memory()
        self._store.give_back_memory()
        give_back()

    def _say_alive(self) -> None:
        """One line for all calls in progress: if we are killed, their end (``node_lost``) is known to some seconds."""
        if self.board.calls:
            self._writer.put({"c": "", "t": time.time(), "e": "alive"})

    def _threads(self) -> Vitals:
        """All threads that this process lives by, beside the event loop, which answers ``health`` itself."""
        writer, engine, names = self._writer, self.engine, self._names
        until = "until the runtime is started again"
        return Vitals(
            (
                Vital("journal", lambda: writer.journal_alive, f"no new call is taken {until}"),
                Vital("mover", lambda: writer.mover_alive, f"records and changes wait {until}"),
                Vital("media", lambda: engine.turn_age < STALL_SECONDS, f"calls are silent {until}"),
                Vital("recorder", lambda: engine.recorder_alive, "recordings wait in memory", engine.revive_recorder),
                Vital("names", lambda: names.alive, "trunks keep the addresses they have", names.start),
            )
        )

    def _journal_broken(self, broken: bool) -> None:
        """In the journal's thread: without a journal no new call is taken."""
        self._loop.call_soon_threadsafe(setattr, self.board.overload, "broken", broken)


def _compile(document: Mapping[str, object]) -> Program:
    from interpreter.compiler import compile_flow  # late: the grammar library is needed only when a version is loaded

    return compile_flow(dict(document), published=True)


def _lock(settings: RuntimeSettings) -> IO[str]:
    """Hold the data folder: two runtimes on one journal would undo each other's work."""
    try:
        file = (settings.data / "runtime.lock").open("w", encoding="ascii")
    except OSError as error:
        raise _data_folder(settings, error) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        if isinstance(error, BlockingIOError):
            raise StartError("already_running", data=settings.data) from error
        raise _data_folder(settings, error) from error
    return file


def _data_folder(settings: RuntimeSettings, error: OSError) -> StartError:
    return StartError("data_folder", data=settings.data, detail=system_errors.why(error))


def _recover(settings: RuntimeSettings, mover: Mover) -> Recovered:
    try:
        return recover(settings.data, settings.journal, mover, make_whole)
    except OSError as error:
        raise _data_folder(settings, error) from error


def _open(settings: RuntimeSettings) -> Store:
    try:
        return open_store(settings.database_url)
    except StoreError as error:
        raise StartError("database", detail=error.messages) from error


def _engine(settings: RuntimeSettings) -> Engine:
    first, last = settings.rtp_ports
    first, last = first + first % 2, last - last % 2
    try:
        ports = PortPool(settings.sip[0].host, first, last)
    except ValueError as error:
        raise StartError("rtp_ports", first=first, last=last) from error
    legs = min(65535, 2 * settings.limits.max_calls + 64)
    return Engine(ports, max_legs=legs, realtime_priority=settings.engine_priority)


def _tones(engine: Engine) -> dict[str, AudioId]:
    from interpreter.rtp import tones

    return {
        name: engine.load(audio.pcmu, audio.pcma)
        for name, audio in (("beep", tones.beep()), ("ringback", tones.ringback()))
    }
