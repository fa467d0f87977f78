"""SIP on the event loop: the user agent, its listeners and its one timer; knows nothing of calls."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable
from typing import Protocol

from interpreter.runtime.limiter import Party
from interpreter.runtime.settings import SipListen
from interpreter.runtime.udp import UdpListener
from interpreter.sip.events import CallHandle, SipEvent
from interpreter.sip.hop import Hop
from interpreter.sip.ua import UserAgent

GRAIN_SECONDS = 0.05
"""Deadlines that may be met a little late are put on a grid: to wake up costs more than most of what is then done."""

log = logging.getLogger(__name__)


def coarse(at: float) -> float:
    """The grid's next instant at or after ``at``."""
    return math.ceil(at / GRAIN_SECONDS) * GRAIN_SECONDS


OnEvent = Callable[["SipDriver", SipEvent], None]


class SipOwner(Protocol):
    """Whoever a call handle belongs to: hears the events of that handle. party: who it is for the limits."""

    @property
    def party(self) -> Party: ...
    def on_sip(self, event: SipEvent) -> None: ...
    def break_off(self) -> None: ...


class SipDriver:
    """Moves messages between sockets and ``ua``, and the UA's events to ``on_event``; one timer handle in all.

    After calling a method of ``ua`` outside of ``on_event``, call ``flush``.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, ua: UserAgent, on_event: OnEvent) -> None:
        self.ua = ua
        self.owners: dict[CallHandle, SipOwner] = {}
        self.listeners: dict[str, UdpListener] = {}
        self._loop = loop
        self._on_event = on_event
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._flushing = False

    async def listen(self, listen: SipListen) -> None:
        """Take SIP at one more address. Raises OSError."""
        listener = UdpListener(listen, self.received)
        await listener.open(self._loop)
        self.listeners[listener.connection] = listener

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for listener in self.listeners.values():
            listener.close()
        self.listeners.clear()

    @property
    def now(self) -> float:
        """The clock of this UA: the loop's."""
        return self._loop.time()

    def received(self, data: bytes, hop: Hop) -> None:
        """One message has come."""
        try:
            self.ua.receive_datagram(data, hop, self._loop.time())
        except Exception:  # a fault of ours: that message is lost, those of others are not
            log.exception("SIP message from %s: incident", hop.host)
        self.flush()

    def flush(self) -> None:
        """Hand out events, send what is to be sent, set the timer. Within a handler it does nothing: we come back."""
        if self._flushing:
            return
        self._flushing = True
        try:
            while events := self.ua.events():
                for event in events:
                    self._hand_out(event)
            for data, hop in self.ua.datagrams_to_send():
                listener = self._listener(hop)
                if listener is not None:
                    listener.send(data, hop)
        finally:
            self._flushing = False
            self._rearm()

    def _listener(self, hop: Hop) -> UdpListener | None:
        """The hop's own; the first where it names none, or one of a run before with other settings."""
        return self.listeners.get(hop.connection) or next(iter(self.listeners.values()), None)

    def _hand_out(self, event: SipEvent) -> None:
        try:
            self._on_event(self, event)
        except Exception:  # a fault of ours: that event is lost, the others and the timers are not
            log.exception("SIP event %s: incident", type(event).__name__)

    def _rearm(self) -> None:
        """One handle for all timers; it is only moved forward, for most deadlines are cancelled before they come."""
        at = self.ua.next_timer()
        if at is None or not self.listeners:
            return
        if self._timer is not None:
            if self._timer_at < at + GRAIN_SECONDS:  # where ``coarse`` would put it, or sooner
                return
            self._timer.cancel()
        # SIP's timers (RFC 3261 section 17) are none below half a second
        self._timer_at = coarse(max(at, self._loop.time()))
        self._timer = self._loop.call_at(self._timer_at, self._timers)

    def _timers(self) -> None:
        self._timer = None
        try:
            self.ua.handle_timers(self._loop.time())
        except Exception:
            log.exception("SIP timers: incident")
        self.flush()
