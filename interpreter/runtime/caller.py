"""The caller's leg: answering its INVITE, by whatever status, and parting from it; its audio.

Outward legs are in ``target``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from interpreter.runtime.media import Media, Player
from interpreter.runtime.target import reinvited, send_key
from interpreter.runtime.udp import SipDriver, coarse
from interpreter.sip.events import CallHandle, ReinviteReceived

BYE_AFTER_SECONDS = 0.1
"""At least, from the last packet of a prompt to the BYE: the far end's jitter buffer still holds its last syllable."""

REFUSALS = {"normal": 480, "busy": 486, "rejected": 603, "error": 500, "shutdown": 503}
"""SIP status by the flow's hang-up cause, where the caller was never answered."""


def refusal_of(cause: str) -> int:
    return REFUSALS.get(cause, 480)


class CallerHost(Protocol):
    """What a caller's leg needs of the switchboard."""

    loop: asyncio.AbstractEventLoop

    def detach(self, media: Media) -> None: ...
    def flush(self) -> None: ...


class CallerLeg:
    """See the module.

    body: our SDP for 200 or 183. refusal: SIP status by hang-up cause, for a caller who was never answered.
    """

    __slots__ = ("_body", "_driver", "_early", "_handle", "_host", "_refusal", "answered", "media", "player")

    def __init__(
        self,
        host: CallerHost,
        driver: SipDriver,
        handle: CallHandle,
        media: Media,
        body: bytes,
        refusal: Callable[[str], int] = refusal_of,
    ) -> None:
        self._host = host
        self._driver = driver
        self._handle = handle
        self._body = body
        self._refusal = refusal
        self._early = False
        self.media = media
        self.player = Player(host.loop, media)
        self.answered = False

    @property
    def hears(self) -> bool:
        """Whether audio of ours reaches the caller: since 200, or 183 before."""
        return self.answered or self._early

    def gone(self) -> None:
        """The caller's side has ended by itself."""
        self._driver.owners.pop(self._handle, None)

    def ring(self) -> None:
        self._driver.ua.progress(self._handle, 180, self._driver.now)

    def early_media(self) -> None:
        """Let the caller hear us without an answer; nothing where that is so already."""
        if not self.hears:
            self._early = True
            self.media.start(answered=False)
            self._driver.ua.progress(self._handle, 183, self._driver.now, self._body)

    def answer(self) -> None:
        self.answered = True
        self.media.start()
        self._driver.ua.answer(self._handle, self._body, self._driver.now)

    @property
    def takes_events(self) -> bool:
        return self.media.takes_events

    def send_key(self, digit: str) -> None:
        """Let the caller hear a key of the answerer's."""
        if self._handle in self._driver.owners:
            send_key(self._driver, self._handle, self.media, digit)
            self._host.flush()

    def reinvited(self, event: ReinviteReceived) -> None:
        reinvited(self._driver, self.media, event)

    def part(self, cause: str, *, after_prompt: bool) -> None:
        """End what has not ended: by the status that says why, or by BYE, once the last prompt has been heard."""
        if self._handle not in self._driver.owners:
            self._close()
        elif self.answered and after_prompt:
            loop = self._host.loop
            loop.call_at(coarse(loop.time() + BYE_AFTER_SECONDS), self._bye)
        elif self.answered:
            self._bye()
        else:
            self.gone()
            try:
                self._driver.ua.reject(self._handle, self._refusal(cause), self._driver.now)
            finally:
                self._close()

    def _bye(self) -> None:
        try:
            if self._driver.owners.pop(self._handle, None) is not None:
                self._driver.ua.hang_up(self._handle, self._driver.now)
                self._host.flush()
        finally:
            self._close()

    def _close(self) -> None:
        try:
            self.media.close()
        finally:
            self._host.detach(self.media)
