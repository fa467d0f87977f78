"""Sound that comes from a telephone that has not answered yet (RFC 3960): announcements, ringing tones of its network.

An SDP in 183 says only that there may be any, and many gateways never send it. So what counts is packets: it sounds
from the first one on, and no more once none has come for a while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from interpreter.runtime.legs.media import Media

SILENT_SECONDS = 2.0
"""Without a packet for so long it has stopped: who sends none between two words of an announcement is quicker."""

LOOK_SECONDS = 0.1
"""How often is looked. It costs some microseconds, and telephones ring for seconds."""


class EarlyMedia:
    """Looks at a port from ``start`` to ``stop``. changed: called where ``sounds`` has changed by itself."""

    __slots__ = ("_changed", "_heard", "_last", "_loop", "_media", "_timer", "sounds")

    def __init__(self, loop: asyncio.AbstractEventLoop, media: Media, changed: Callable[[], None]) -> None:
        self._loop = loop
        self._media = media
        self._changed = changed
        self._timer: asyncio.TimerHandle | None = None
        self._heard = 0
        self._last = float("-inf")
        self.sounds = False

    def start(self) -> None:
        """An SDP has come, perhaps another one."""
        self._media.start(answered=False)
        if self._timer is None:
            self._heard = self._media.packets
            self._wait()

    def stop(self) -> None:
        """It is answered, has ended, or says that it only rings from now on."""
        self.sounds = False
        self._last = float("-inf")
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> None:
        self._timer = self._loop.call_later(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        packets, before = self._media.packets, self.sounds
        if packets != self._heard:
            self._heard, self._last = packets, self._loop.time()
        self.sounds = self._loop.time() - self._last < SILENT_SECONDS
        self._wait()
        if self.sounds != before:
            self._changed()
