"""A leg whose far end has called us: ringing, early media, and the answer or the status that refuses it."""

from __future__ import annotations

import logging
from typing import Literal

from interpreter.machine.effects import Target
from interpreter.runtime.legs.leg import Leg, LegHost, LegOwner
from interpreter.runtime.legs.media import Media
from interpreter.sip.events import CallCancelled, CallHandle, SipEvent

UNKEPT = 500
"""What a caller is told whose call the journal cannot have."""

log = logging.getLogger("zongji.call")


class IncomingLeg(Leg):
    """See the module; from its answer on a leg like any other. body: our SDP for 200 or 183."""

    __slots__ = ("_answered", "_body", "_early", "_final")

    def __init__(
        self, number: int, target: Target, owner: LegOwner, host: LegHost, handle: CallHandle, media: Media, body: bytes
    ) -> None:
        super().__init__(number, target, owner, host, handle, media)
        self._body = body
        self._early = False
        self._answered = False
        self._final: Literal["", "waits", "sent"] = ""  # our 200: not asked for, waits for the journal, has left

    @property
    def answered(self) -> bool:
        return self._answered

    @property
    def hears(self) -> bool:
        """Since 200, or 183 before."""
        return self._answered or self._early

    def ring(self) -> None:
        if not self._answered:
            self.driver.ua.incoming.progress(self.handle, 180, self.driver.now)

    def early_media(self) -> None:
        if not self.hears:
            self._early = True
            self.media.start(answered=False)
            self.driver.ua.incoming.progress(self.handle, 183, self.driver.now, self._body)

    def answer(self) -> None:
        """The 200 leaves when the journal has the call, for from then on it may be paid for. Where the journal cannot
        have it, the leg leaves."""
        if not self._answered:
            self._answered = True
            self.media.start()
            self._final = "waits"
            self._host.when_kept(self._kept)

    def _kept(self, kept: bool) -> None:
        there = self.handle in self.driver.owners
        try:
            if not there:  # the caller hung up meanwhile
                if self._parted:
                    self._close()
            elif kept:
                self._final = "sent"
                self.driver.ua.incoming.answer(self.handle, self._body, self.driver.now)
                self._body = b""  # some hundred bytes for as long as the call lasts
                if self._parted:
                    self._hang_up_later()
            else:
                log.error("call %s: the journal cannot have it, it is ended", self.owner.id)
                self._refuse(UNKEPT)
        except Exception:
            if there:
                self.owner.break_off()
        self._host.flush()

    def _refuse(self, status: int) -> None:
        """Before the 200 has left."""
        self._final = ""
        try:
            self.driver.ua.incoming.reject(self.handle, status, self.driver.now)
        finally:
            if self._parted:
                self.driver.owners.pop(self.handle, None)
                self._close()
            else:
                self._over("error")

    def on_sip(self, event: SipEvent) -> None:
        if isinstance(event, CallCancelled):
            self._over("hung_up")
        else:
            super().on_sip(event)

    def end(self, status: int, *, after_prompt: bool) -> None:
        self._parted = True
        if self.handle not in self.driver.owners:
            self._close()
        elif self._final == "":
            self._refuse(status)
        elif self._final == "sent":
            super().end(status, after_prompt=after_prompt)
        # else it goes on in _kept
