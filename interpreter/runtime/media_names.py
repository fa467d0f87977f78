"""Addresses of the host names that session descriptions give instead of them (RFC 8866 section 5.7).

A resolver may take its time, so it is asked in threads of their own, and never for more names at once than a few.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from interpreter.runtime.names import Resolve, ipv4_addresses

THREADS = 2
MOST_WAITING = 32
"""Names asked for at the same time; what is above is not looked up: names are the callers' choice."""

_NAME = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9]([A-Za-z0-9_-]*+)(\.[A-Za-z0-9][A-Za-z0-9_-]*+)*\.?")

Told = Callable[[str | None], None]

log = logging.getLogger(__name__)


def is_host_name(host: str) -> bool:
    """Whether it can be looked up: a name, and no address of any kind."""
    if _NAME.fullmatch(host) is None or host.rpartition(".")[2].isdigit():
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False


class MediaNames:
    """See the module. ``look_up`` is for the event loop, which ``told`` is called on, too."""

    def __init__(self, loop: asyncio.AbstractEventLoop, resolve: Resolve = ipv4_addresses) -> None:
        self._loop = loop
        self._resolve = resolve
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="media-names")
        self._asked: dict[str, list[Told]] = {}

    def look_up(self, host: str, told: Told) -> None:
        """Have ``told`` called with the name's first IPv4 address, None where it has none. Never within this call."""
        waiting = self._asked.get(host)
        if waiting is not None:
            waiting.append(told)
        elif len(self._asked) >= MOST_WAITING:
            log.warning("media host %s is not looked up: %d others are", host, MOST_WAITING)
            self._loop.call_soon(told, None)
        else:
            self._asked[host] = [told]
            self._loop.run_in_executor(self._threads, self._ask, host).add_done_callback(
                lambda done: self._tell(host, done)
            )

    def stop(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, host: str) -> str | None:
        try:
            return next(iter(self._resolve(host)), None)
        except (OSError, ValueError) as error:
            log.warning("media host %s has no address: %s", host, error)
            return None

    def _tell(self, host: str, done: asyncio.Future[str | None]) -> None:
        address = None if done.cancelled() or done.exception() else done.result()
        for told in self._asked.pop(host):
            try:
                told(address)
            except Exception:  # a fault in one call
                log.exception("media host %s: incident", host)
