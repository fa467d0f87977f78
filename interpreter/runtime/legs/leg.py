"""One party's end of a call: a SIP dialog, a port for its audio, what it is played, its keys.

Once answered, a leg is the same whichever side invited: it can be played to, sent a key, asked whether it is still
there, connected with any other leg, and hung up. What comes before the answer is in ``incoming`` and ``fork``. A leg
decides nothing: it tells its owner what happens, and does what it is told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from interpreter.machine.effects import Target
from interpreter.rtp.errors import MediaError
from interpreter.rtp.events import DigitReceived as MediaDigit
from interpreter.rtp.events import Event as MediaEvent
from interpreter.rtp.events import MediaTimeout, PlayDone
from interpreter.runtime.legs.alive import ask, is_there
from interpreter.runtime.legs.keys import Keys, Way
from interpreter.runtime.legs.media import Media, Player
from interpreter.runtime.legs.media_book import MediaBook
from interpreter.runtime.limiter import Limiter, Party
from interpreter.runtime.sip_driver import SipDriver, coarse
from interpreter.sdp import NotAcceptable, SdpError
from interpreter.sip.errors import SipError
from interpreter.sip.events import (
    AckReceived,
    CallEnded,
    CallHandle,
    Probed,
    ReferReceived,
    ReinviteReceived,
    SipEvent,
)
from interpreter.sip.events import DigitReceived as SipDigit
from interpreter.sip.headers import warning
from numbering.plan import normalise_or_keep

BYE_AFTER_SECONDS = 0.1
"""At least, from the last packet of a prompt to the BYE: the far end's jitter buffer still holds its last syllable."""

LeftCause = Literal["hung_up", "no_ack", "lost", "error"]
"""Why a far end left: by itself, after an answer of ours that it never acknowledged, without a sign of life, or because
no call can be made of it (its SDP is of no use, or the journal cannot have the call)."""

_LEFT: dict[str, LeftCause] = {"bye": "hung_up", "ack_timeout": "no_ack"}
"""By the cause of ``CallEnded``; the others mean that a request of ours found nobody."""

log = logging.getLogger("zongji.call")


class LegOwner(Protocol):
    """Whoever has a leg, as a rule its call: hears what becomes of it. party: who it is for the limits."""

    @property
    def id(self) -> str: ...
    @property
    def party(self) -> Party: ...

    def pressed(self, leg: Leg, digit: str, way: Way) -> None:
        """The far end pressed a key that counts."""

    def transfer_asked(self, leg: Leg, dialled: str, replaced: CallHandle | None) -> None:
        """The far end's telephone wants its partner given to whoever is dialled so; or to whom its other call, the one
        ``replaced``, is with.
        """

    def held(self, leg: Leg, held: bool) -> None:
        """The far end put us on hold, or took us back."""

    def left(self, leg: Leg, cause: LeftCause) -> None:
        """The dialog is over. What the leg holds beside stays until ``Leg.end`` or ``Leg.hang_up``."""

    def break_off(self) -> None:
        """A fault of ours came up, with the exception at hand."""


class LegHost(Protocol):
    """What a leg needs of the switchboard."""

    loop: asyncio.AbstractEventLoop
    limiter: Limiter
    driver: SipDriver
    media: MediaBook

    def flush(self) -> None: ...
    def when_kept(self, told: Callable[[bool], None]) -> None:
        """Have ``told`` called, on the loop, once the journal has all that was written so far, or cannot have it."""


def refusal_of(error: SdpError | NotAcceptable) -> tuple[int, Sequence[tuple[str, str]]]:
    """Status and headers that refuse an offer: 400, or 488 with a Warning that says why."""
    if isinstance(error, SdpError):
        return 400, ()
    return 488, [warning(error.warn_code, str(error))]


def who(target: Target) -> str:
    """A target as records keep it."""
    return normalise_or_keep(target.value) if target.kind == "number" else target.value


class Leg:
    """See the module.

    number: the call's name for it; 0 is whoever began the call. target: whom it reaches, as it is rung or would be.
    who: the same as records keep it. partner: the one leg that it talks with, which hears its keys (see ``talking``).
    """

    __slots__ = (
        "_host", "_parted", "_refer", "driver", "handle", "keys", "media", "number", "owner", "partner", "player",
        "target", "who",
    )  # fmt: skip

    def __init__(
        self, number: int, target: Target, owner: LegOwner, host: LegHost, handle: CallHandle, media: Media
    ) -> None:
        self.number = number
        self.target = target
        self.who = who(target)
        self.owner = owner
        self.driver = host.driver
        self.handle = handle
        self.media = media
        self.player = Player(host.loop, media)
        self.keys = Keys()
        self.partner: Leg | None = None
        self._host = host
        self._parted = False
        self._refer: int | None = None  # of a transfer that the far end waits for

    @property
    def party(self) -> Party:
        return self.owner.party

    def break_off(self) -> None:
        self.owner.break_off()

    @property
    def trunk(self) -> str:
        """The name of the trunk that it went out by, "" for none."""
        return ""

    # whether it is answered: see ``incoming`` for legs that are not yet

    @property
    def answered(self) -> bool:
        return True

    @property
    def hears(self) -> bool:
        """Whether audio of ours reaches the far end."""
        return True

    def ring(self) -> None:
        """Say that it rings at the other side; nothing for a leg that is answered."""

    def early_media(self) -> None:
        """Let the far end hear us before the answer; nothing where it does already."""

    def answer(self) -> None:
        """Take the call; nothing for a leg that is answered."""

    # what happens

    def on_sip(self, event: SipEvent) -> None:
        match event:
            case CallEnded(cause=cause):
                if cause != "bye":
                    log.info("call %s: leg %d is gone (%s)", self.owner.id, self.number, cause)
                self._over(_LEFT.get(cause, "lost"))
            case AckReceived(sdp=sdp, knows_tag=knows_tag):
                self._acknowledged(sdp)
                if knows_tag:
                    self.media.confirm()
            case ReinviteReceived():
                self._reinvited(event)
            case Probed() if not is_there(self.media, event):
                log.info("call %s: neither a packet nor an answer from leg %d", self.owner.id, self.number)
                self._give_up("lost")
            case SipDigit(digit=digit):
                self._pressed(digit, "info")
            case ReferReceived(refer=refer, target=target, replaced=replaced):
                if self._refer is not None:
                    self.tell_transfer(491)
                self._refer = refer
                self.owner.transfer_asked(self, target.number, replaced)
            case _:
                pass

    def on_media(self, event: MediaEvent) -> None:
        if isinstance(event, PlayDone):
            self.player.ended(event.token)
        elif isinstance(event, MediaDigit):
            self._pressed(event.digit, "tone" if event.inband else "event")
        elif isinstance(event, MediaTimeout) and self.handle in self.driver.owners:
            ask(self.driver, self.handle, self.media)

    def _pressed(self, digit: str, way: Way) -> None:
        if self._parted or not self._host.limiter.takes_key(self.owner.party):
            return
        counts = self.keys.take(digit, way, self.driver.now, self.partner)
        if self.keys.way == "info":
            self.media.ignore_tones()
        if counts:
            self.owner.pressed(self, digit, way)

    def _acknowledged(self, sdp: bytes | None) -> None:
        """The ACK to an answer of ours, with the far end's SDP where ours was the offer."""
        try:
            if sdp is not None:
                self.media.accept(sdp)
                if self.media.on_hold:
                    self.owner.held(self, True)
            elif not self.media.agreed:
                raise NotAcceptable("the ACK brings none")
        except (SdpError, NotAcceptable) as error:
            log.info("call %s: leg %d has no usable answer to our offer: %s", self.owner.id, self.number, error)
            if not self.media.agreed:
                self._give_up("error")

    def _reinvited(self, event: ReinviteReceived) -> None:
        """Answer hold, resume or a new address; what cannot be is refused and the session stays as it was."""
        driver, held = self.driver, self.media.on_hold
        try:
            body = self.media.offer() if event.sdp is None else self.media.answer(event.sdp)
        except (SdpError, NotAcceptable) as error:
            log.info("call %s: re-INVITE of leg %d refused: %s", self.owner.id, self.number, error)
            status, headers = refusal_of(error)
            driver.ua.calls.reject_reinvite(event.call, status, driver.now, headers)
        else:
            driver.ua.calls.accept_reinvite(event.call, body, driver.now)
            if self.media.on_hold != held:
                self.owner.held(self, not held)

    def _give_up(self, cause: LeftCause) -> None:
        """End the dialog for the far end's sake, who is not there or not of use."""
        self.driver.ua.calls.hang_up(self.handle, self.driver.now)
        self._over(cause)

    def _over(self, cause: LeftCause) -> None:
        self.driver.owners.pop(self.handle, None)
        if not self._parted:
            self.owner.left(self, cause)

    # with another leg

    @property
    def takes_events(self) -> bool:
        return self.media.takes_events

    def send_key(self, digit: str) -> None:
        """Let the far end hear a key: as telephone-event, or by INFO where it agreed on none."""
        if self.handle not in self.driver.owners:
            return
        try:
            if self.media.takes_events:
                self.media.send_digit(digit)
            else:
                self.driver.ua.calls.send_digit(self.handle, digit, self.driver.now)
        except (MediaError, SipError, ValueError) as error:
            log.info("call %s: a key is not passed on to leg %d: %s", self.owner.id, self.number, error)
        self._host.flush()

    def tell_transfer(self, status: int) -> None:
        """Tell a telephone that asked for a transfer how it goes, as SIP says it; from 200 on that is the outcome."""
        if self._refer is not None and self.handle in self.driver.owners:
            self.driver.ua.transfers.tell(self.handle, self._refer, status, self.driver.now)
        if status >= 200:
            self._refer = None

    # the end

    def end(self, status: int, *, after_prompt: bool) -> None:
        """Part from the far end; no more is told of the leg.

        status: refuses a leg that was never answered. after_prompt: only once the last syllable has been heard.
        """
        self._parted = True
        if after_prompt and self.handle in self.driver.owners:
            self._hang_up_later()
        else:
            self.hang_up()

    def hang_up(self) -> None:
        """End the leg at once, in whatever state; no more is told of it."""
        self._parted = True
        try:
            if self.driver.owners.pop(self.handle, None) is not None:
                self.driver.ua.calls.hang_up(self.handle, self.driver.now)
                self._host.flush()
        finally:
            self._close()

    def _hang_up_later(self) -> None:
        loop = self._host.loop
        loop.call_at(coarse(loop.time() + BYE_AFTER_SECONDS), self.hang_up)

    def _close(self) -> None:
        try:
            self.media.close()
        finally:
            self._host.media.detach(self.media)
