"""One leg towards somebody: an extension with all its telephones at once, or an outside number over trunks.

Seen from the call there is one leg: it rings, is answered, fails or hangs up once. Inside there is a device per
INVITE; the first that answers wins and the others are cancelled, and so they are when one says that nobody will
answer anywhere (6xx, RFC 3261 section 16.7). Trunks are tried one after the other while the
fault is theirs (5xx, no answer to the INVITE), not the callee's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from interpreter.calls.inputs import LegAnswered, LegFailed, LegHungUp, LegInput, LegReason, LegRinging
from interpreter.calls.reasons import combined_reason, reason_of_status
from interpreter.rtp.errors import MediaError
from interpreter.rtp.events import DigitReceived as MediaDigit
from interpreter.rtp.events import Event as MediaEvent
from interpreter.rtp.events import MediaTimeout
from interpreter.runtime.alive import ask, is_there
from interpreter.runtime.directory import TrunkEntry
from interpreter.runtime.keys import Keys, Way
from interpreter.runtime.limiter import Limiter, Party
from interpreter.runtime.media import Media
from interpreter.runtime.udp import SipDriver
from interpreter.sdp import NotAcceptable, SdpError
from interpreter.sip.core import MAX_FORWARDS
from interpreter.sip.errors import SipError
from interpreter.sip.events import (
    AckReceived,
    CallAnswered,
    CallEnded,
    CallFailed,
    CallHandle,
    CallProgress,
    Probed,
    ReinviteReceived,
    SipEvent,
)
from interpreter.sip.events import DigitReceived as SipDigit
from interpreter.sip.headers import warning
from interpreter.sip.hop import Hop

CALL_HEADER = "X-Zongji-Call"
"""Carries our call id outward; a call that comes back with it goes round in a circle."""

SILENT_SECONDS = 8.0
"""Of several telephones of an extension one that says nothing for so long, not even 100, keeps the others' word (busy,
say) from the caller no longer: it was unplugged. A telephone that is alone may take its time to wake up."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Route:
    """Where one INVITE goes. trunk: the one whose channel it takes."""

    driver: SipDriver
    request_uri: str
    destination: Hop
    trunk: TrunkEntry | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls, as the callee sees it. user: escaped for a URI. max_forwards: hops that the call has left."""

    user: str
    display: str
    call_id: str
    max_forwards: int = MAX_FORWARDS


class TargetHost(Protocol):
    """What a target needs of the switchboard."""

    limiter: Limiter

    def open_media(self, peer: Hop) -> Media: ...
    def attach(self, media: Media, owner: MediaOwner) -> None: ...
    def detach(self, media: Media) -> None: ...


class MediaOwner(Protocol):
    """Whoever a media leg belongs to: hears the engine's events of that leg."""

    def on_media(self, event: MediaEvent) -> None: ...
    def break_off(self) -> None: ...


def refusal_of(error: SdpError | NotAcceptable) -> tuple[int, Sequence[tuple[str, str]]]:
    """Status and headers that refuse an offer: 400, or 488 with a Warning that says why."""
    if isinstance(error, SdpError):
        return 400, ()
    return 488, [warning(error.warn_code, str(error))]


def reinvited(driver: SipDriver, media: Media, event: ReinviteReceived) -> None:
    """Answer hold, resume or a new address; what cannot be is refused and the session stays as it was."""
    try:
        body = media.offer() if event.sdp is None else media.answer(event.sdp)
    except (SdpError, NotAcceptable) as error:
        log.info("re-INVITE refused: %s", error)
        status, headers = refusal_of(error)
        driver.ua.calls.reject_reinvite(event.call, status, driver.now, headers)
    else:
        driver.ua.calls.accept_reinvite(event.call, body, driver.now)


def send_key(driver: SipDriver, call: CallHandle, media: Media, digit: str) -> None:
    """Let the far end of an established call hear a key: as telephone-event, or by INFO where it agreed on none."""
    try:
        if media.takes_events:
            media.send_digit(digit)
        else:
            driver.ua.calls.send_digit(call, digit, driver.now)
    except (MediaError, SipError, ValueError) as error:
        log.info("a key is not passed on: %s", error)


class _Device:
    """One INVITE and its audio."""

    __slots__ = ("_target", "driver", "handle", "media", "route")

    def __init__(self, target: TargetLeg, route: Route, media: Media, handle: CallHandle) -> None:
        self._target = target
        self.route = route
        self.driver = route.driver
        self.media = media
        self.handle = handle

    def on_sip(self, event: SipEvent) -> None:
        target = self._target
        match event:
            case CallProgress(status=status):
                if status in (180, 182, 183):
                    target.rings()
            case CallAnswered(sdp=sdp, response=response):
                if response.header("Record-Route") is not None:  # a proxy: who signals is not who talks
                    self.media.peer_host = None
                target.answered(self, sdp)
            case CallFailed(status=status, reason=reason):
                target.failed(self, status, reason)
            case CallEnded():
                target.ended(self)
            case ReinviteReceived():
                reinvited(self.driver, self.media, event)
            case Probed() if not is_there(self.media, event):
                target.lost(self)
            case AckReceived(sdp=bytes() as sdp):
                self._late_answer(sdp)
            case SipDigit(digit=digit):
                self._target.pressed(self, digit, "info")
            case _:
                pass

    def _late_answer(self, sdp: bytes) -> None:
        try:
            self.media.accept(sdp)
        except (SdpError, NotAcceptable) as error:
            log.info("answer to our offer in 2xx not usable: %s", error)

    def on_media(self, event: MediaEvent) -> None:
        if isinstance(event, MediaTimeout):
            ask(self.driver, self.handle, self.media)
        elif isinstance(event, MediaDigit):
            self._target.pressed(self, event.digit, "tone" if event.inband else "event")

    @property
    def party(self) -> Party:
        return self._target.party

    def break_off(self) -> None:
        self._target.break_off()


class TargetLeg:
    """See the module.

    who: the target's value, a number as records keep it. waves: routes tried together, wave after wave. feed: takes the
    leg's inputs for the session. break_off: ends the call after a fault of ours (``Call.break_off``). party: the call,
    for the limits of its keys and requests.
    """

    __slots__ = (
        "_cancelled", "_declined", "_devices", "_feed", "_host", "_identity", "_reasons", "_ringing", "_talking",
        "_waves", "break_off", "keys", "leg", "party", "who",
    )  # fmt: skip

    def __init__(
        self,
        leg: int,
        who: str,
        waves: Sequence[Sequence[Route]],
        identity: Identity,
        host: TargetHost,
        feed: Callable[[LegInput], None],
        break_off: Callable[[], None],
        party: Party,
    ) -> None:
        self.leg = leg
        self.who = who
        self.break_off = break_off
        self.party = party
        self.keys = Keys()
        self._waves = [list(wave) for wave in waves]
        self._identity = identity
        self._host = host
        self._feed = feed
        self._devices: list[_Device] = []
        self._talking: _Device | None = None
        self._reasons: list[LegReason] = []
        self._declined: LegReason | None = None
        self._ringing = False
        self._cancelled = False

    @property
    def media(self) -> Media | None:
        """Audio of the telephone that answered."""
        return None if self._talking is None else self._talking.media

    @property
    def takes_events(self) -> bool:
        return self._talking is not None and self._talking.media.takes_events

    def send_key(self, digit: str) -> None:
        """Let the telephone that answered hear a key of the caller's."""
        device = self._talking
        if device is not None:
            send_key(device.driver, device.handle, device.media, digit)

    def ring(self) -> None:
        """Send the first wave; where nothing can be sent the leg fails."""
        self._next_wave()

    def cancel(self) -> None:
        """Stop ringing; ``LegFailed`` follows when all devices have ended."""
        self._cancelled = True
        self._cancel_all_but(None)

    def _cancel_all_but(self, kept: _Device | None) -> None:
        for device in list(self._devices):
            if device is not kept:
                device.driver.ua.outgoing.cancel(device.handle, device.driver.now)

    def hang_up(self) -> None:
        """End the leg in whatever state; no input follows."""
        self._cancelled = True
        for device in [*self._devices, *([self._talking] if self._talking else [])]:
            device.driver.ua.calls.hang_up(device.handle, device.driver.now)
            self._release(device)
        self._devices.clear()
        self._talking = None

    # what devices tell

    def rings(self) -> None:
        if not self._ringing and not self._cancelled:
            self._ringing = True
            self._feed(LegRinging(self.leg))

    def answered(self, device: _Device, sdp: bytes | None) -> None:
        try:
            if sdp is None:
                raise NotAcceptable("200 without SDP")
            device.media.accept(sdp)
            device.media.start()
        except (SdpError, NotAcceptable) as error:
            log.info("call %s: leg %d answered with unusable SDP: %s", self._identity.call_id, self.leg, error)
            device.driver.ua.calls.bye(device.handle, device.driver.now)
            self._gone(device, "failed")
            return
        self._devices.remove(device)
        self._talking = device
        self._cancel_all_but(device)
        self._feed(LegAnswered(self.leg))

    def failed(self, device: _Device, status: int, reason: str) -> None:
        log.debug("call %s: leg %d failed with %d %s", self._identity.call_id, self.leg, status, reason)
        if device.route.trunk is not None and (status >= 500 or status == 408) and status < 600:
            self._gone(device, "failed")
        else:
            self._waves.clear()
            if status >= 600 and self._declined is None:
                self._declined = reason_of_status(status)
                self._cancel_all_but(device)
            self._gone(device, reason_of_status(status))

    def ended(self, device: _Device) -> None:
        if device is self._talking:
            self._talking = None
            self._release(device)
            self._feed(LegHungUp(self.leg))

    def lost(self, device: _Device) -> None:
        """The answerer's telephone is dead."""
        if device is self._talking:
            log.info("call %s: neither a packet nor an answer from leg %d", self._identity.call_id, self.leg)
            device.driver.ua.calls.hang_up(device.handle, device.driver.now)
            self.ended(device)

    def pressed(self, device: _Device, digit: str, way: Way) -> None:
        """A key of the answerer's: it means nothing to the flow yet, but to the caller's side."""
        if device is self._talking and self._host.limiter.takes_key(self.party):
            self.keys.take(digit, way, device.driver.now)

    # inside

    def _next_wave(self) -> None:
        while self._waves and not self._cancelled:
            wave = self._waves.pop(0)
            for route in wave:
                self._invite(route, None if len(wave) == 1 else SILENT_SECONDS)
            if self._devices:
                return
        self._feed(LegFailed(self.leg, self._declined or combined_reason(self._reasons)))

    def _invite(self, route: Route, patience: float | None) -> None:
        if route.trunk is not None and not self._host.limiter.take(route.trunk.party):
            self._reasons.append("busy")
            return
        try:
            media = self._host.open_media(route.destination)
        except Exception as error:
            log.error("call %s: no media port for leg %d: %s", self._identity.call_id, self.leg, error)
            self._reasons.append("failed")
            if route.trunk is not None:
                self._host.limiter.free(route.trunk.party)
            return
        driver, identity = route.driver, self._identity
        host, port = driver.ua.own_address(route.destination)
        try:
            handle = driver.ua.outgoing.invite(
                route.request_uri,
                from_uri=f"sip:{identity.user}@{host}:{port}",
                from_display=identity.display,
                destination=route.destination,
                headers=((CALL_HEADER, identity.call_id),),
                max_forwards=identity.max_forwards,
                patience=patience,
                sdp=media.offer(),
                now=driver.now,
            )
        except SipError as error:
            log.error("call %s: %s cannot be called: %s", self._identity.call_id, route.request_uri, error)
            media.close()
            self._reasons.append("failed")
            if route.trunk is not None:
                self._host.limiter.free(route.trunk.party)
            return
        device = _Device(self, route, media, handle)
        driver.owners[handle] = device
        self._host.attach(media, device)
        self._devices.append(device)

    def _gone(self, device: _Device, reason: LegReason) -> None:
        """A device ended without a talk; the last one of a wave decides how it goes on."""
        self._devices.remove(device)
        self._release(device)
        self._reasons.append(reason)
        if not self._devices and self._talking is None:
            self._next_wave()

    def _release(self, device: _Device) -> None:
        device.driver.owners.pop(device.handle, None)
        self._host.detach(device.media)
        device.media.close()
        if device.route.trunk is not None:
            self._host.limiter.free(device.route.trunk.party)
