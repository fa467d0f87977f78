"""The caller's leg: answering its INVITE, by whatever status, and parting from it; its audio.

Outward legs are in ``target``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal, Protocol

from interpreter.runtime.alive import ask, is_there
from interpreter.runtime.media import Media, Player
from interpreter.runtime.target import reinvited, send_key
from interpreter.runtime.udp import SipDriver, coarse
from interpreter.sip.events import CallHandle, Probed, ReinviteReceived

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
    def when_kept(self, told: Callable[[bool], None]) -> None:
        """Have ``told`` called, on the loop, once the journal has all that was written so far, or cannot have it."""


class CallerLeg:
    """See the module.

    body: our SDP for 200 or 183. refusal: SIP status by hang-up cause, for a caller who was never answered.
    """

    __slots__ = (
        "_body", "_driver", "_early", "_final", "_handle", "_host", "_parted", "_refusal",
        "answered", "media", "player",
    )  # fmt: skip

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
        self._final: Literal["", "waits", "sent"] = ""  # our 200: not asked for, waits for the journal, has left
        self._parted = False
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
        self._driver.ua.incoming.progress(self._handle, 180, self._driver.now)

    def early_media(self) -> None:
        """Let the caller hear us without an answer; nothing where that is so already."""
        if not self.hears:
            self._early = True
            self.media.start(answered=False)
            self._driver.ua.incoming.progress(self._handle, 183, self._driver.now, self._body)

    def answer(self, lost: Callable[[], None]) -> None:
        """Take the call. The 200 leaves when the journal has the call, for from then on it may be paid for.

        lost: called where the journal cannot have it; end the call then.
        """
        self.answered = True
        self.media.start()
        self._final = "waits"
        self._host.when_kept(lambda kept: self._kept(kept, lost))

    def _kept(self, kept: bool, lost: Callable[[], None]) -> None:
        owner = self._driver.owners.get(self._handle)
        try:
            if owner is None:  # the caller hung up meanwhile
                if self._parted:
                    self._close()
            elif kept:
                self._final = "sent"
                self._driver.ua.incoming.answer(self._handle, self._body, self._driver.now)
                if self._parted:
                    self._bye_later()
            else:
                self._final = ""
                if self._parted:
                    self._reject("error")
                else:
                    lost()
        except Exception:
            if owner is not None:
                owner.break_off()
        self._host.flush()

    @property
    def takes_events(self) -> bool:
        return self.media.takes_events

    def send_key(self, digit: str) -> None:
        """Let the caller hear a key of the answerer's."""
        if self._handle in self._driver.owners:
            send_key(self._driver, self._handle, self.media, digit)
            self._host.flush()

    def ask_whether_there(self) -> None:
        """Nothing has been heard of the caller for a while."""
        if self._final == "sent" and self._handle in self._driver.owners:
            ask(self._driver, self._handle, self.media)

    def is_there(self, answer: Probed) -> bool:
        return is_there(self.media, answer)

    def reinvited(self, event: ReinviteReceived) -> None:
        reinvited(self._driver, self.media, event)

    def part(self, cause: str, *, after_prompt: bool) -> None:
        """End what has not ended: by the status that says why, or by BYE, once the last prompt has been heard."""
        self._parted = True
        if self._handle not in self._driver.owners:
            self._close()
        elif self._final == "waits":
            pass  # goes on in _kept
        elif self._final == "":
            self._reject(cause)
        elif after_prompt:
            self._bye_later()
        else:
            self._bye()

    def _reject(self, cause: str) -> None:
        self.gone()
        try:
            self._driver.ua.incoming.reject(self._handle, self._refusal(cause), self._driver.now)
        finally:
            self._close()

    def _bye_later(self) -> None:
        loop = self._host.loop
        loop.call_at(coarse(loop.time() + BYE_AFTER_SECONDS), self._bye)

    def _bye(self) -> None:
        try:
            if self._driver.owners.pop(self._handle, None) is not None:
                self._driver.ua.calls.hang_up(self._handle, self._driver.now)
                self._host.flush()
        finally:
            self._close()

    def _close(self) -> None:
        try:
            self.media.close()
        finally:
            self._host.detach(self.media)
