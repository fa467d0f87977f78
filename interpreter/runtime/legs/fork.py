"""Reaching one target: an extension with all its telephones at once, or an outside number over trunks.

Seen from the call one number rings, is answered, or fails once. Inside there is a leg per INVITE; the first that
answers wins, is the call's from then on, and the others are cancelled, and so they are when one says that nobody will
answer anywhere (6xx, RFC 3261 section 16.7). Trunks are tried one after the other while the fault is theirs (5xx, no
answer to the INVITE), not the callee's.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from interpreter.calls.inputs import LegReason
from interpreter.calls.reasons import combined_reason, reason_of_status
from interpreter.machine.effects import Target
from interpreter.runtime.legs.early import EarlyMedia
from interpreter.runtime.legs.leg import Leg, LegHost, LegOwner
from interpreter.runtime.legs.media import Media
from interpreter.runtime.legs.routes import CALL_HEADER, Identity, Route
from interpreter.sdp import NotAcceptable, SdpError
from interpreter.sip.errors import SipError
from interpreter.sip.events import CallAnswered, CallFailed, CallHandle, CallProgress, ReinviteReceived, SipEvent

SILENT_SECONDS = 8.0
"""Of several telephones of an extension one that says nothing for so long, not even 100, keeps the others' word (busy,
say) from the caller no longer: it was unplugged. A telephone that is alone may take its time to wake up."""

log = logging.getLogger(__name__)


class ForkOwner(LegOwner, Protocol):
    """Whoever has somebody called: hears of ``answered_by`` or ``failed`` once, unless it hangs the fork up before."""

    def rings(self, number: int) -> None: ...
    def early_media(self, number: int, sounds: bool) -> None:
        """The only one who is rung there begins to send sound, or stops."""

    def answered_by(self, leg: Leg) -> None: ...
    def failed(self, number: int, reason: LegReason) -> None: ...
    def redirected(self, number: int, target: Target, users: Sequence[str]) -> None:
        """In place of ``failed``: a telephone says by a 3xx whom to ring instead, the best first."""


class OutgoingLeg(Leg):
    """One INVITE of a fork; from its answer on a leg like any other."""

    __slots__ = ("_fork", "early", "route")

    def __init__(self, fork: Fork, route: Route, handle: CallHandle, media: Media) -> None:
        super().__init__(fork.number, fork.target, fork.owner, fork.host, handle, media)
        self.route = route
        self.early: EarlyMedia | None = None
        self._fork: Fork | None = fork

    @property
    def trunk(self) -> str:
        return self.route.trunk.name if self.route.trunk is not None else ""

    @property
    def answered(self) -> bool:
        return self._fork is None

    @property
    def hears(self) -> bool:
        return self._fork is None

    def on_sip(self, event: SipEvent) -> None:
        fork = self._fork
        if fork is None:
            super().on_sip(event)
            return
        match event:
            case CallProgress(status=status, sdp=sdp):
                self._progress(fork, status, sdp)
            case CallAnswered(sdp=sdp, response=response):
                if response.header("Record-Route") is not None:  # a proxy: who signals is not who talks
                    self.media.peer_host = None
                self._answered(fork, sdp)
            case CallFailed(status=status, reason=reason, contacts=contacts):
                self.driver.owners.pop(self.handle, None)
                if contacts and fork.target.kind == "extension":  # whose permissions count; a carrier has none
                    fork.redirected(self, [contact.number for contact in contacts])
                else:
                    fork.failed(self, status, reason)
            case ReinviteReceived():  # an UPDATE while it rings
                super().on_sip(event)
            case _:
                pass

    @property
    def sounds(self) -> bool:
        """Whether it sends sound before its answer."""
        return self.early is not None and self.early.sounds

    def _progress(self, fork: Fork, status: int, sdp: bytes | None) -> None:
        if sdp is not None:
            self._early_media(sdp)
        elif status == 180 and self.early is not None:  # it only rings from now on
            self.early.stop()
        fork.arrange()
        if status in (180, 182, 183):
            fork.rings()

    def _early_media(self, sdp: bytes) -> None:
        try:
            self.media.accept(sdp)
        except (SdpError, NotAcceptable) as error:  # the answer may be of use
            log.info("call %s: leg %d sends early media with unusable SDP: %s", self.owner.id, self.number, error)
            return
        if self.early is None:
            self.early = EarlyMedia(self._host.loop, self.media, self._sounds_or_not)
        self.early.start()

    def _sounds_or_not(self) -> None:
        if self._fork is not None:
            try:
                self._fork.arrange()
            except Exception:
                self.owner.break_off()

    def _answered(self, fork: Fork, sdp: bytes | None) -> None:
        if self.early is not None:
            self.early.stop()
        try:
            if sdp is None:
                raise NotAcceptable("200 without SDP")
            self.media.accept(sdp)
            self.media.start()
        except (SdpError, NotAcceptable) as error:
            log.info("call %s: leg %d answered with unusable SDP: %s", self.owner.id, self.number, error)
            fork.unusable(self)
        else:
            self._fork = None
            fork.answered(self)

    def _close(self) -> None:
        if self.early is not None:
            self.early.stop()
        trunk = self.route.trunk
        if trunk is not None and not self.media.closed:
            self._host.limiter.free(trunk.party)
        super()._close()


class Fork:
    """See the module.

    number: of the leg that comes of it. waves: routes tried together, wave after wave. sounding: the leg whose sound
    may be heard before its answer: the only one, if it sends any (RFC 3960).
    """

    __slots__ = (
        "_cancelled", "_declined", "_identity", "_legs", "_reasons", "_ringing", "_waves", "_won", "host", "number",
        "owner", "sounding", "target",
    )  # fmt: skip

    def __init__(
        self,
        number: int,
        target: Target,
        waves: Sequence[Sequence[Route]],
        identity: Identity,
        host: LegHost,
        owner: ForkOwner,
    ) -> None:
        self.number = number
        self.target = target
        self.host = host
        self.owner = owner
        self._waves = [list(wave) for wave in waves]
        self._identity = identity
        self._legs: list[OutgoingLeg] = []
        self._reasons: list[LegReason] = []
        self._declined: LegReason | None = None
        self._ringing = False
        self._cancelled = False
        self._won = False
        self.sounding: OutgoingLeg | None = None

    def ring(self) -> None:
        """Send the first wave; where nothing can be sent it fails."""
        self._next_wave()

    def cancel(self) -> None:
        """Stop ringing; ``failed`` follows when all legs have ended, or ``answered_by`` where that has come already."""
        self._cancelled = True
        self._cancel_all_but(None)

    def _cancel_all_but(self, kept: OutgoingLeg | None) -> None:
        for leg in list(self._legs):
            if leg is not kept:
                leg.driver.ua.outgoing.cancel(leg.handle, leg.driver.now)

    def hang_up(self) -> None:
        """End what rings at once; nothing more is told."""
        self._cancelled = self._won = True
        legs, self._legs = self._legs, []
        for leg in legs:
            leg.hang_up()

    # what legs tell

    def rings(self) -> None:
        if not self._ringing and not self._cancelled:
            self._ringing = True
            self.owner.rings(self.number)

    def arrange(self) -> None:
        """Tell the owner where it has changed that the target sends sound before its answer."""
        only = self._legs[0] if len(self._legs) == 1 and self._legs[0].sounds else None
        if only is not self.sounding and not self._cancelled and not self._won:
            self.sounding = only
            self.owner.early_media(self.number, only is not None)

    def answered(self, leg: OutgoingLeg) -> None:
        self._won = True
        self._legs.remove(leg)
        self._cancel_all_but(None)
        self.owner.answered_by(leg)

    def unusable(self, leg: OutgoingLeg) -> None:
        """It answered, and nobody could talk over it."""
        self._gone(leg, "failed")

    def failed(self, leg: OutgoingLeg, status: int, reason: str) -> None:
        log.debug("call %s: leg %d failed with %d %s", self.owner.id, self.number, status, reason)
        if leg.route.trunk is not None and (status >= 500 or status == 408) and status < 600:
            self._gone(leg, "failed")
        else:
            self._waves.clear()
            if status >= 600 and self._declined is None:
                self._declined = reason_of_status(status)
                self._cancel_all_but(leg)
            self._gone(leg, reason_of_status(status))

    def redirected(self, leg: OutgoingLeg, users: Sequence[str]) -> None:
        """The extension's other telephones stop ringing: whoever set it on one of them set it for himself."""
        if self._cancelled:
            self._gone(leg, "no_answer")
            return
        self.hang_up()
        self.owner.redirected(self.number, self.target, users)

    # inside

    def _next_wave(self) -> None:
        while self._waves and not self._cancelled:
            wave = self._waves.pop(0)
            for route in wave:
                self._invite(route, None if len(wave) == 1 else SILENT_SECONDS)
            if self._legs:
                return
        self.owner.failed(self.number, self._declined or combined_reason(self._reasons))

    def _invite(self, route: Route, patience: float | None) -> None:
        if route.trunk is not None and not self.host.limiter.take(route.trunk.party):
            self._reasons.append("busy")
            return
        leg = self._invited(route, patience)
        if leg is not None:
            self._legs.append(leg)
            return
        self._reasons.append("failed")
        if route.trunk is not None:
            self.host.limiter.free(route.trunk.party)

    def _invited(self, route: Route, patience: float | None) -> OutgoingLeg | None:
        """The leg of an INVITE that was sent; None where none could be."""
        identity, host = self._identity, self.host
        driver = host.driver
        try:
            media = host.media.open(route.destination)
        except Exception as error:
            log.error("call %s: no media port for leg %d: %s", identity.call_id, self.number, error)
            return None
        own, port = driver.ua.own_address(route.destination)
        try:
            handle = driver.ua.outgoing.invite(
                route.request_uri,
                from_uri=f"sip:{identity.user}@{own}:{port}",
                from_display=identity.display,
                destination=route.destination,
                headers=self._headers(own, port),
                max_forwards=identity.max_forwards,
                patience=patience,
                sdp=media.offer(),
                now=driver.now,
            )
        except SipError as error:
            log.error("call %s: %s cannot be called: %s", identity.call_id, route.request_uri, error)
            media.close()
            return None
        leg = OutgoingLeg(self, route, handle, media)
        driver.owners[handle] = leg
        host.media.attach(media, leg)
        return leg

    def _headers(self, host: str, port: int) -> list[tuple[str, str]]:
        identity = self._identity
        headers = [(CALL_HEADER, identity.call_id)]
        if identity.diverted_by:
            headers.append(("Diversion", f"<sip:{identity.diverted_by}@{host}:{port}>;{identity.diversion}"))
        return headers

    def _gone(self, leg: OutgoingLeg, reason: LegReason) -> None:
        """A leg ended without a talk; the last one of a wave decides how it goes on."""
        self._legs.remove(leg)
        leg.hang_up()
        self._reasons.append(reason)
        self.arrange()
        if not self._legs and not self._won:
            self._next_wave()
