"""All calls of one runtime: takes INVITEs in, hands SIP and engine events to whom they belong, keeps the books.

Runs on the event loop and never blocks. Knows of no file, thread or database: journal lines, live events and
registrations leave by callbacks.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from interpreter.calls.inputs import LegReason
from interpreter.machine.effects import Target
from interpreter.rtp._engine import Engine
from interpreter.rtp.events import OF_NO_LEG, AudioId, LegId, RecordingDone, RecordingId
from interpreter.rtp.events import Event as MediaEvent
from interpreter.runtime.access import Access
from interpreter.runtime.addresses import OwnAddresses
from interpreter.runtime.books.journal import Line
from interpreter.runtime.call import Call
from interpreter.runtime.carrying import CARRYING
from interpreter.runtime.directory import Directory, LoadedVersion
from interpreter.runtime.legs.fork import Fork
from interpreter.runtime.legs.leg import Leg
from interpreter.runtime.legs.media import Media, MediaOwner
from interpreter.runtime.limiter import Limiter, Party
from interpreter.runtime.limits import Overload
from interpreter.runtime.media_names import MediaNames
from interpreter.runtime.minute_log import MinuteLog
from interpreter.runtime.questions import Services
from interpreter.runtime.reception import Reception
from interpreter.runtime.routing import Routing
from interpreter.runtime.settings import RuntimeSettings, TrustedAddresses
from interpreter.runtime.sip_driver import SipDriver
from interpreter.runtime.sources import SourceLimits
from interpreter.runtime.text import clean
from interpreter.sip.config import Refusal
from interpreter.sip.events import (
    AuthenticationFailed,
    CallHandle,
    InviteReceived,
    MessageDropped,
    Registered,
    RequestAnswered,
    SipEvent,
    Unregistered,
)
from interpreter.sip.hop import Hop
from interpreter.sip.message import Request
from interpreter.sip.randomness import Randomness
from interpreter.sip.registrar import Registrar

log = logging.getLogger("zongji.call")

LONGEST_PARTY = 100
"""Characters of a caller or called number: as many as the columns of a call's record hold."""

CROWDED = (
    "extension %s answers challenge after challenge, its oldest answers (%d) are forgotten: a telephone out of order, "
    "or somebody else has its password"
)

JournalLine = Callable[[Line], None]


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:  # a file too many; the call goes on
        log.error("%s stays: %s", path, error)


class Observer:
    """Hears of calls and registrations as they change; does nothing by itself (see ``live.LiveEvents``)."""

    def started(self, call: Call) -> None: ...
    def moved(self, call: Call) -> None: ...
    def ended(self, call: Call, cause: str) -> None: ...
    def registration(self, user: str, change: Registered | Unregistered) -> None: ...


class Switchboard:
    """See the module.

    journal: takes a line. when_kept: see ``writer.Writer.when_kept``.
    tones: built-in audio by name (``beep``, ``ringback``), for flows that bring none of their own.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        settings: RuntimeSettings,
        engine: Engine,
        registrar: Registrar,
        rng: Randomness,
        journal: JournalLine,
        when_kept: Callable[[Callable[[bool], object]], None],
        tones: dict[str, AudioId],
    ) -> None:
        self.loop = loop
        self.settings = settings
        self.services = Services(settings)
        self.data: Path = settings.data
        self.engine = engine
        self.registrar = registrar
        self.journal = journal
        self._when_kept = when_kept
        self.carrying = CARRYING
        self.observer = Observer()
        self.directory = Directory(-1)
        self.calls: dict[str, Call] = {}
        self.clock_offset = settings.clock_offset_seconds
        self.overload = Overload(settings.limits, lambda: len(self.calls), loop.time)
        self.access = Access(lambda: self.directory, TrustedAddresses(settings.trusted))
        self.sources = SourceLimits(
            settings.limits.requests_per_source, settings.limits.burst_per_source, self.access.is_known, loop.time
        )
        self.limiter = Limiter(settings.limits, self._channels, self.overload.retry_after, loop.time)
        self.addresses = OwnAddresses(settings.sip, settings.advertised)
        self.driver: SipDriver
        self.media_names = MediaNames(loop)
        self.routing = Routing(lambda: self.directory, registrar, self.addresses, loop.time)
        self.reception = Reception(self, self.access, self.routing, rng)
        self.on_quiet: Callable[[], None] = lambda: None
        self._batch = False
        self._rng = rng
        self._tones = tones
        self._media: dict[LegId, MediaOwner] = {}
        self._recordings: dict[RecordingId, Callable[[RecordingDone], None]] = {}
        self._failures = MinuteLog("authentication failed", loop.time)
        self._crowded = MinuteLog("answers forgotten", loop.time, lines_each=1)

    # events in

    def on_sip(self, driver: SipDriver, event: SipEvent) -> None:
        """Everything a UserAgent tells."""
        match event:
            case InviteReceived():
                try:
                    self.reception.invited(event)
                except Exception:
                    log.exception("INVITE %s: incident", event.call_id)
                    driver.ua.calls.hang_up(event.call, driver.now)
            case Registered() | Unregistered():
                self._registration(event)
            case AuthenticationFailed(username=username, method=method, source=source):
                self.sources.failed(source)
                host, user = source.host, clean(username, LONGEST_PARTY)
                self._failures.note(host, "%s by %r from %s: authentication failed", method, user, host)
            case MessageDropped(source=source, why=why):
                log.debug("message from %s dropped: %s", source.host, why)
            case RequestAnswered():
                pass
            case _:
                owner = driver.owners.get(event.call)
                if owner is None:
                    return
                try:
                    owner.on_sip(event)
                except Exception:
                    owner.break_off()

    def on_engine(self) -> None:
        """The engine's eventfd is readable."""
        self._batch = True
        try:
            for event in self.engine.drain():
                self._engine_event(event)
        finally:
            self._batch = False
        self.flush()

    def _engine_event(self, event: MediaEvent) -> None:
        if isinstance(event, RecordingDone):
            done = self._recordings.pop(event.recording, None)
            if done is not None:
                self._guarded(done, event)
            if self.quiet:
                self.on_quiet()
            return
        owner = None if isinstance(event, OF_NO_LEG) else self._media.get(event.leg)
        if owner is not None:
            try:
                owner.on_media(event)
            except Exception:
                owner.break_off()

    def flush(self) -> None:
        """Send what the user agents have to send; once for all events of a batch."""
        if self._batch:
            return
        self.driver.flush()

    def replace_directory(self, directory: Directory) -> list[LoadedVersion]:
        """Take a new directory; the versions that only the old one had. Removed extensions lose their bindings."""
        old, self.directory = self.directory, directory
        for user, online in list(self.registrar.users(self.loop.time()).items()):
            if online and old.ha1(user) != directory.ha1(user):
                self.registrar.remove(user)
        return [v for key, v in old.versions.items() if directory.versions.get(key) is not v]

    @property
    def quiet(self) -> bool:
        """Nothing is going on: no caller, no leg, no file being written."""
        return not self.calls and not self._media and not self._recordings

    def end_overlong(self) -> None:
        """Hang up calls that last longer than the limit, by the loop's clock: the system's may be set meanwhile."""
        longest = self.settings.limits.max_call_seconds
        for call in [c for c in self.calls.values() if c.true_time - c.about.started_at > longest]:
            log.warning("call %s: ended for its length", call.id)
            call.end("too_long", "system")

    def flush_logs(self) -> None:
        """Say what was held back; to be called now and then."""
        for user, count in self.registrar.authenticator.nonces.take_forgotten().items():
            self._crowded.note(user, CROWDED, user, count)
        self._crowded.flush()
        self._failures.flush()
        self.sources.flush()
        self.limiter.flush()

    # limits

    def admits_call(self, request: Request, source: Hop, username: str | None) -> Refusal | None:
        """For ``sip.config.Config.admit_call``."""
        return self.limiter.admit(self.access.callers(request, source, username))

    def admits_request(self, call: CallHandle) -> int | None:
        """For ``sip.config.Config.admit_in_dialog``. A dialog may outlive its call: until the BYE can be sent."""
        owner = self.driver.owners.get(call)
        return self.limiter.requests(Party("", "call", f"of dialog {call}") if owner is None else owner.party)

    def admits_registration(self, user: str) -> int | None:
        """For ``sip.registrar.Registrar``."""
        extension = self.directory.user(user)
        return None if extension is None else self.limiter.registers(extension.party)

    def _channels(self, tenant_id: str, trunk_name: str) -> int | None:
        trunk = self.directory.trunk(tenant_id, trunk_name)
        return None if trunk is None else trunk.max_channels

    # what calls and targets ask

    def open_media(
        self, peer: Hop, behind_proxy: bool = False, early: Callable[[str], bool] | None = None
    ) -> Media:
        """A port pair for a leg towards ``peer`` (see ``Media``). Raises MediaError or OSError where there is none."""
        return Media(
            self.engine, self.addresses.towards(peer), self._rng.getrandbits(31), self.settings.rtp_timeout_seconds,
            None if behind_proxy else peer.host, early, self.media_names.look_up,
        )  # fmt: skip

    def attach(self, media: Media, owner: MediaOwner) -> None:
        self._media[media.id] = owner

    def detach(self, media: Media) -> None:
        self._media.pop(media.id, None)
        if self.quiet:
            self.on_quiet()

    def when_kept(self, told: Callable[[bool], None]) -> None:
        """Have ``told`` called, on the loop, once the journal has all lines so far, or cannot have them."""
        self._when_kept(lambda kept: self.loop.call_soon_threadsafe(told, kept))

    def expect_recording(self, recording: RecordingId, owner: Callable[[RecordingDone], None]) -> None:
        self._recordings[recording] = owner

    def remove(self, path: Path) -> None:
        """Remove a file of a call, in a thread; one that stays is logged."""
        self.loop.run_in_executor(None, _remove, path)

    def tone(self, name: str, version: LoadedVersion | None) -> AudioId:
        """The version's own ``system:NAME``, else ours."""
        own = version.audio.get(f"system:{name}") if version is not None else None
        return self._tones[name] if own is None else own

    def fork(self, call: Call, number: int, target: Target) -> Fork | LegReason:
        """The way to a target of a call, or why there is none."""
        return self.routing.fork(call.about, number, target, self, call)

    # what calls tell

    def began(self, call: Call, leg: Leg) -> None:
        """Put a call into the books, with the leg that it begins with.

        It has its share of all whose call it is: they were asked with the INVITE, and nothing has come between.
        """
        for party in call.about.parties:
            self.limiter.take(party)
        self.calls[call.id] = call
        call.join(leg)
        self.attach(leg.media, leg)
        self.driver.owners[leg.handle] = leg
        if call.flow is not None:
            call.flow.calls += 1

    def started(self, call: Call) -> None:
        self.observer.started(call)

    def moved(self, call: Call) -> None:
        self.observer.moved(call)

    def ended(self, call: Call, cause: str, by: str) -> None:
        """The caller is done with; files and cancelled legs may still come to their end."""
        if self.calls.pop(call.id, None) is None:
            return
        if call.flow is not None:
            call.flow.calls -= 1
        for party in call.about.parties:
            self.limiter.free(party)
        self.limiter.forget(call.party)
        log.info("call %s ended: %s by %s", call.id, cause, by)
        self.observer.ended(call, cause)

    # registrations

    def _registration(self, event: Registered | Unregistered) -> None:
        if isinstance(event, Unregistered):
            log.info("extension %s unregistered (%s)", event.user, event.cause)
        elif event.new:
            log.info("extension %s registered from %s", event.user, event.source.host)
        self.observer.registration(event.user, event)

    def _guarded(self, done: Callable[[RecordingDone], None], event: RecordingDone) -> None:
        try:
            done(event)
        except Exception:
            log.exception("a recording's end was not taken")
