"""All calls of one runtime: takes INVITEs in, hands SIP and engine events to whom they belong, keeps the books.

Runs on the event loop and never blocks. Knows of no file, thread or database: journal lines, live events and
registrations leave by callbacks.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial

from interpreter.calls.exchange import LegName
from interpreter.calls.inputs import Input, LegReason, RingPlan
from interpreter.calls.outputs import Output
from interpreter.calls.plan import Reached
from interpreter.calls.queue import Group
from interpreter.flow.spoken import LOCALES, Locale
from interpreter.machine.effects import Target
from interpreter.rtp._engine import Engine
from interpreter.rtp.events import AudioId
from interpreter.runtime.access import Access, Refused
from interpreter.runtime.addresses import OwnAddresses
from interpreter.runtime.beginning import Beginning
from interpreter.runtime.books.journal import Line
from interpreter.runtime.call import LED, Call
from interpreter.runtime.carrying import CARRYING
from interpreter.runtime.directory import Directory, LoadedMusic, LoadedVersion
from interpreter.runtime.errands import Errands
from interpreter.runtime.exchanges import Exchanges
from interpreter.runtime.gate import Gate
from interpreter.runtime.handing import lead_on, replace_by_partner
from interpreter.runtime.legs.fork import Fork
from interpreter.runtime.legs.leg import Leg
from interpreter.runtime.legs.media_book import MediaBook
from interpreter.runtime.limiter import Party
from interpreter.runtime.members import TenantMembers
from interpreter.runtime.originating import Originator
from interpreter.runtime.plan import TenantPlan
from interpreter.runtime.questions import Asker, Services
from interpreter.runtime.reception import Reception
from interpreter.runtime.routing import Routing
from interpreter.runtime.settings import RuntimeSettings, SipListen, TrustedAddresses
from interpreter.runtime.sip_driver import SipDriver
from interpreter.sip.aor import Aor
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
from interpreter.sip.randomness import Randomness
from interpreter.sip.registrar import Registrar
from interpreter.sip.ua import Config, UserAgent

log = logging.getLogger("zongji.call")

JournalLine = Callable[[Line], None]
JournalInput = Callable[[str, float, Input, Sequence[Output]], None]


class Observer:
    """Hears of calls and registrations as they change; does nothing by itself (see ``live.LiveEvents``)."""

    def started(self, call: Call) -> None: ...
    def moved(self, call: Call) -> None: ...
    def ended(self, call: Call, cause: str) -> None: ...
    def registration(self, change: Registered | Unregistered) -> None: ...
    def signed_off(self, aor: Aor) -> None: ...


class Switchboard:
    """See the module.

    journal: takes a line. hear, when_kept: see ``writer.Writer``.
    tones: built-in audio for flows that bring none of their own, by name (``beep``, ``ringback``), words by
    ``LOCALE:NAME`` (see ``announcements``).
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        settings: RuntimeSettings,
        engine: Engine,
        registrar: Registrar,
        rng: Randomness,
        journal: JournalLine,
        hear: JournalInput,
        when_kept: Callable[[Callable[[bool], object]], None],
        tones: dict[str, AudioId],
        errands: Errands,
    ) -> None:
        self.loop = loop
        self.settings = settings
        self.services = Services(settings)
        self.engine = engine
        self.registrar = registrar
        self.journal = journal
        self.hear = hear
        self._when_kept = when_kept
        self.carrying = CARRYING
        self.observer = Observer()
        self.directory = Directory(-1)
        self.calls: dict[str, Call] = {}
        self.clock_offset = settings.clock_offset_seconds
        self.access = Access(lambda: self.directory, TrustedAddresses(settings.trusted))
        self.gate = Gate(
            settings.limits, lambda: self.directory, self.access, lambda: len(self.calls), self._party_of, loop.time
        )
        self.limiter = self.gate.limiter
        self.addresses = OwnAddresses(settings.sip, settings.advertised)
        self.driver = SipDriver(loop, UserAgent(self._sip_config(settings.sip[0]), rng, registrar), self.on_sip)
        self.media = MediaBook(loop, settings, engine, self.addresses, rng, self._idle)
        self.routing = Routing(lambda: self.directory, registrar, self.addresses, loop.time)
        self.exchanges = Exchanges(lambda: self.directory, time.time)
        self._beginning = beginning = Beginning(self, rng)
        self.reception = Reception(self, self.access, self.routing, beginning)
        self.originator = Originator(self, self.access, self.routing, beginning)
        self.on_quiet: Callable[[], None] = lambda: None
        self._batch = False
        self._tones = tones
        self.errands = errands

    def _sip_config(self, first: SipListen) -> Config:
        return Config(
            local=(first.host, first.port),
            advertise=self.addresses.signalling,
            challenge=self.access.must_authenticate,
            accept_call=self.gate.overload.full,
            admit_call=self.gate.admits_call,
            admit_in_dialog=self.gate.admits_request,
            accept_request=self.gate.sources.admits,
            transfers=True,
        )

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
            case AuthenticationFailed():
                self.gate.failed(event)
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
                self.media.take(event)
        finally:
            self._batch = False
        self.flush()

    def flush(self) -> None:
        """Send what the user agents have to send; once for all events of a batch."""
        if self._batch:
            return
        self.driver.flush()

    def replace_directory(self, directory: Directory) -> list[LoadedVersion | LoadedMusic]:
        """Take a new directory; what only the old one had loaded. Removed extensions lose their bindings."""
        old, self.directory = self.directory, directory
        for aor in directory.signed_off:
            if self.registrar.remove(aor):
                self.observer.signed_off(aor)
        versions = [v for key, v in old.versions.items() if directory.versions.get(key) is not v]
        return [*versions, *(m for key, m in old.music.items() if directory.music.get(key) is not m)]

    @property
    def quiet(self) -> bool:
        """Nothing is going on: no caller, no leg, no file being written."""
        return not self.calls and self.media.idle

    def _idle(self) -> None:
        if self.quiet:
            self.on_quiet()

    def end_overlong(self) -> None:
        """Hang up calls that last longer than the limit, by the loop's clock: the system's may be set meanwhile."""
        longest = self.settings.limits.max_call_seconds
        for call in [c for c in self.calls.values() if c.true_time - c.about.started_at > longest]:
            log.warning("call %s: ended for its length", call.id)
            call.end("too_long", "system")

    def flush_logs(self) -> None:
        """Say what was held back; to be called now and then."""
        for aor, count in self.registrar.authenticator.nonces.take_forgotten().items():
            self.gate.forgotten(aor, count)
        self.gate.flush()

    def _party_of(self, call: CallHandle) -> Party | None:
        owner = self.driver.owners.get(call)
        return None if owner is None else owner.party

    # what calls and targets ask

    def when_kept(self, told: Callable[[bool], None]) -> None:
        """Have ``told`` called, on the loop, once the journal has all lines so far, or cannot have them."""
        self._when_kept(lambda kept: self.loop.call_soon_threadsafe(told, kept))

    def tone(self, name: str, call: Asker) -> AudioId:
        own = call.flow.audio.get(f"system:{name}") if call.flow is not None else None
        if own is None:
            own = self._tones.get(name)
        return self._tones[f"{self._locale(call)}:{name}"] if own is None else own

    def music(self, call: Asker) -> AudioId:
        tenant = self.directory.tenant(call.tenant_id)
        own = tenant.music.audio.get("music") if tenant is not None and tenant.music is not None else None
        if own is None or (call.flow is not None and "system:music" in call.flow.audio):
            return self.tone("music", call)
        return own

    def _locale(self, call: Asker) -> Locale:
        """In which the runtime speaks by itself: its flow's, else the company's."""
        program = call.flow.program if call.flow is not None else None
        own = next((locale for locale in LOCALES if program is not None and program.locale == locale), None)
        return own or self.directory.language(call.tenant_id)

    def fork(self, call: Call, number: int, target: Target) -> Fork | LegReason:
        """The way to a target of a call, or why there is none."""
        return self.routing.fork(call.about, number, target, self, call)

    def leg_of(self, handle: CallHandle | None) -> tuple[Call, Leg] | None:
        """The leg whose dialog is named so, with its call; None where there is no such."""
        leg = self.driver.owners.get(handle) if handle is not None else None
        return (leg.owner, leg) if isinstance(leg, Leg) and isinstance(leg.owner, Call) else None

    def replaced_by_partner(self, call: Call, leg: Leg, other: CallHandle | None) -> bool:
        """See ``call.Board``."""
        found = self.leg_of(other)
        return found is not None and replace_by_partner(call, leg, *found)

    def lead_on(self, call: Call, leg: Leg, number: str) -> None:
        """See ``call.Board``."""
        parties = call.about.parties if leg.number == LED else ()
        decision = self.access.from_leg(call.tenant_id, leg.target, leg.who, number)
        if isinstance(decision, Refused):  # since it was asked for
            call.give_away(leg.number, "")
            leg.hang_up()
            return
        lead_on(leg, call, self._beginning.call(decision, call.about.display, parties), self._beginning)

    def answers(self, tenant_id: str, number: str) -> bool:
        """See ``call.Board``."""
        entry = self.directory.number(number)
        return entry is not None and entry.tenant_id == tenant_id and entry.answers

    def group(self, tenant_id: str, name: str) -> Group | None:
        return self.directory.group(tenant_id, name)

    def members(self, tenant_id: str) -> TenantMembers:
        """The tenant's extensions, to be asked at any time."""
        return TenantMembers(self.exchanges.of(tenant_id), partial(self.routing.has_telephones, tenant_id))

    def ring_plan(self, tenant_id: str, target: Target) -> RingPlan | None:
        return TenantPlan(self.directory, tenant_id).ring_plan(target)

    def redirected(self, tenant_id: str, target: Target, users: Sequence[str]) -> RingPlan:
        return TenantPlan(self.directory, tenant_id).redirected(target, users)

    def reached_by(self, tenant_id: str, extension: str, dialled: str) -> Reached:
        return TenantPlan(self.directory, tenant_id).reached_by(extension, dialled)

    # what calls tell

    def began(self, call: Call, leg: Leg | None) -> None:
        """Put a call into the books, with the leg that it begins with; None where that is still to be rung.

        It has its share of all whose call it is: they were asked with the INVITE, and nothing has come between.
        """
        for party in call.about.parties:
            self.limiter.take(party)
        self.calls[call.id] = call
        if call.flow is not None:
            call.flow.calls += 1
        if leg is None:
            return
        call.join(leg)
        if call.about.own:
            self.exchanges.talks(call.tenant_id, LegName(call.id, leg.number), leg.target)
        self.media.attach(leg.media, leg)
        self.driver.owners[leg.handle] = leg

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
        self.exchanges.of(call.tenant_id).ended(call.id)
        log.info("call %s ended: %s by %s", call.id, cause, by)
        self.observer.ended(call, cause)

    # registrations

    def _registration(self, event: Registered | Unregistered) -> None:
        if isinstance(event, Unregistered):
            log.info("extension %s (tenant %s) unregistered: %s", event.aor.user, event.aor.domain, event.cause)
        elif event.new:
            log.info("extension %s (tenant %s) registered from %s", event.aor.user, event.aor.domain, event.source.host)
        self.observer.registration(event)
