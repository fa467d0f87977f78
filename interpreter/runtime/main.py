"""``run(settings)``: a runtime from start to stop, and its exit status."""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import logging
import resource
import signal
import sys

import uvloop

from interpreter.runtime.errors import StartError
from interpreter.runtime.log_lines import log_to_stderr
from interpreter.runtime.service import Service
from interpreter.runtime.settings import RuntimeSettings

GC_THRESHOLDS = (20_000, 20, 50)
"""A call makes few cycles; collecting as often as by default costs a tenth of its time."""

SWITCH_SECONDS = 0.001
"""How long the writer's threads may hold the interpreter while the loop has work (CPython's default is 0.005)."""

log = logging.getLogger(__name__)


def run(settings: RuntimeSettings) -> int:
    """Serve until SIGTERM or SIGINT. Returns 0 after an orderly stop, the StartError's status otherwise.

    SIGUSR1 writes every thread's stack to stderr.
    """
    log_to_stderr(settings.log_level)
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1)  # what every thread is doing, into the log, even where the loop hangs
    raise_file_limit()
    gc.set_threshold(*GC_THRESHOLDS)
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(settings))
    except StartError as error:
        print(error.message(settings.locale), file=sys.stderr, flush=True)
        return error.status
    return 0


async def serve(settings: RuntimeSettings) -> None:
    """Start, wait for a signal, stop. Raises StartError."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    service = Service(settings)
    await service.start()
    await stop.wait()
    log.info("stopping")
    await service.stop()
    log.info("stopped")


def raise_file_limit() -> None:
    """Each leg has two sockets: take all the descriptors we may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
