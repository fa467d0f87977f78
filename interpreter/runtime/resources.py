"""What a runtime takes before it begins: its data folder, database, journal and media engine.

What cannot be had is a StartError that says why.
"""

from __future__ import annotations

import errno
import fcntl
import logging
from typing import IO

from sqlalchemy.exc import SQLAlchemyError

from interpreter import system_errors
from interpreter.rtp._engine import Engine
from interpreter.rtp.events import AudioId
from interpreter.rtp.ports import PortPool
from interpreter.rtp.wav_writer import make_whole
from interpreter.runtime import announcements
from interpreter.runtime.addresses import media_host
from interpreter.runtime.books.mover import Mover
from interpreter.runtime.books.recovery import Recovered, recover
from interpreter.runtime.errors import StartError
from interpreter.runtime.settings import RuntimeSettings
from store import Store, StoreError, open_store
from store.audit import AskWho
from store.errors import said
from store.node_copy import FILE_NAME, NodeCopy
from store.schema import UNREACHABLE

log = logging.getLogger(__name__)


def lock(settings: RuntimeSettings) -> IO[str]:
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


def node_copy(settings: RuntimeSettings) -> NodeCopy:
    """What the last run knew of the database, if there was one."""
    try:
        return NodeCopy(settings.data / FILE_NAME)
    except OSError as error:
        raise _data_folder(settings, error) from error
    except SQLAlchemyError as error:
        raise _data_folder(settings, OSError(errno.EIO, said(error))) from error


def database(settings: RuntimeSettings, actor: AskWho, copy: NodeCopy) -> Store:
    """The database; one that does not answer will do where we know the directory without it.

    actor: says who acts, for the audit log.
    """
    try:
        return open_store(settings.database_url, actor=actor)
    except StoreError as error:
        if error.code != UNREACHABLE or not copy.is_whole:
            raise StartError("database", detail=error.messages) from error
        log.warning("calls are taken by what was known last, for the database is away: %s", error.message("en"))
        return open_store(settings.database_url, actor=actor, absent=True)


def recovered_journal(settings: RuntimeSettings, mover: Mover) -> Recovered:
    """The journal as the last run left it, made whole."""
    try:
        return recover(settings.data, settings.journal, mover, make_whole)
    except OSError as error:
        raise _data_folder(settings, error) from error


def media_engine(settings: RuntimeSettings) -> Engine:
    first, last = settings.rtp_ports
    first, last = first + first % 2, last - last % 2
    try:
        ports = PortPool(media_host(settings.sip), first, last)
    except ValueError as error:
        raise StartError("rtp_ports", first=first, last=last) from error
    legs = min(65535, 2 * settings.limits.max_calls + 64)
    return Engine(ports, max_legs=legs, realtime_priority=settings.engine_priority)


def system_tones(engine: Engine) -> dict[str, AudioId]:
    """Tones for flows that bring none of their own, and what the runtime says by itself (``announcements``)."""
    from interpreter.rtp import tones
    from interpreter.rtp.hold_music import hold_music

    found = {
        "beep": tones.beep(), "ringback": tones.ringback(), "music": hold_music(),
        "joined": tones.joined(), "left": tones.left(),
    }  # fmt: skip
    return {name: engine.load(audio.pcmu, audio.pcma) for name, audio in found.items()} | announcements.load(engine)


def _data_folder(settings: RuntimeSettings, error: OSError) -> StartError:
    return StartError("data_folder", data=settings.data, detail=system_errors.why(error))
