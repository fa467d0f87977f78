"""Bindings: who can be reached where, until when, and whether somebody is there (RFC 3261 section 10, RFC 5626)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from .aor import Aor
from .errors import RemoteProtocolError
from .events import Registered, SipEvent, Unregistered
from .hop import Hop, address_of, towards
from .timers import Timer, TimerQueue, cancel
from .uri import parse_uri


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One contact of an address-of-record.

    contact: the URI as registered, the Request-URI of calls to it. source: where the REGISTER came from.
    expires_at, registered_at (its last refresh): on the caller's ``now`` clock.
    instance, reg_id: ``+sip.instance`` and ``reg-id`` of the contact, "" where it has none.
    direct: no proxy stood between, so ``source`` is the telephone's.
    """

    aor: Aor
    contact: str
    source: Hop
    user_agent: str
    call_id: str
    cseq: int
    expires_at: float
    registered_at: float = 0.0
    instance: str = ""
    reg_id: str = ""
    direct: bool = True

    @property
    def hop(self) -> Hop:
        """Where calls go; raises RemoteProtocolError for a contact that no call can be sent to."""
        return towards(parse_uri(self.contact), self.source)

    def supersedes(self, old: "Binding") -> bool:
        """Whether this telephone, known by another contact before, can be reached there no more.

        It is the same telephone if it says so (RFC 5626 section 6); of those that say nothing, one that begins anew
        (another Call-ID) from the very socket, or listening at the very port, of another one's.
        """
        if self.instance and old.instance:
            same = (self.instance, self.reg_id) == (old.instance, old.reg_id)
            return same and (bool(self.reg_id) or self.call_id != old.call_id)
        if self.call_id == old.call_id or not (self.direct and old.direct):
            return False
        return self.source == old.source or (self.source.host == old.source.host and self._listens_at(old.contact))

    def _listens_at(self, contact: str) -> bool:
        address = address_of(parse_uri(self.contact))
        return address is not None and address == address_of(parse_uri(contact))


@dataclass(slots=True, eq=False)
class _Entry:
    """A binding and its one timer. ask_at: when to ask whether the telephone is there. answers: it has said so once.

    present: as far as is known it is there.
    """

    binding: Binding
    ask_at: float
    timer: Timer | None = None
    due: float = 0.0
    answers: bool = False
    present: bool = True


class Bindings:
    """Bindings per address-of-record, in the order of their last refresh.

    ask_every_s: after so many seconds without a REGISTER a telephone is to be asked whether it is there (``to_ask``);
    None for never.
    """

    def __init__(self, ask_every_s: float | None = None) -> None:
        self._ask_every_s = ask_every_s
        self._aors: dict[Aor, dict[str, _Entry]] = {}
        self._timers = TimerQueue()
        self._expired: list[Unregistered] = []
        self._to_ask: list[Binding] = []

    # what is known

    def all_of(self, aor: Aor) -> list[Binding]:
        """What a user has registered, least lately refreshed first."""
        return [entry.binding for entry in self._aors.get(aor, {}).values()]

    def of(self, aor: Aor, now: float) -> list[Binding]:
        """Where a user can be reached, newest first; empty when offline."""
        entries = self._aors.get(aor, {}).values()
        live = [entry.binding for entry in entries if entry.present and entry.binding.expires_at > now]
        return sorted(live, key=lambda binding: -binding.expires_at)

    def online(self, now: float) -> Mapping[Aor, list[Binding]]:
        """Everyone online."""
        found = {aor: self.of(aor, now) for aor in self._aors}
        return {aor: bindings for aor, bindings in found.items() if bindings}

    # changes

    def load(self, bindings: Iterable[Binding], now: float) -> None:
        """Take bindings of an earlier run; what has expired at ``now``, and what cannot be called, is left out."""
        # what ends first was refreshed first: good enough for the order in which contacts have to go
        found = [b for b in sorted(bindings, key=lambda b: b.expires_at) if b.expires_at > now and _can_be_called(b)]
        every = self._ask_every_s or 0.0
        for place, binding in enumerate(found):
            self._store(binding, now + every * (place + 1) / len(found))

    def bind(self, binding: Binding, now: float) -> Registered:
        """Store a new or refreshed binding."""
        entry = self._aors.get(binding.aor, {}).get(binding.contact)
        known = entry is not None and entry.present and entry.binding.expires_at > now
        new = not known or entry is None or entry.binding.source != binding.source
        self._store(binding, now + (self._ask_every_s or 0.0))
        return _registered(binding, new=new)

    def unbind(self, aor: Aor, contact: str) -> list[SipEvent]:
        """Forget one; nothing where there is none."""
        entries = self._aors.get(aor, {})
        entry = entries.pop(contact, None)
        if not entries:
            self._aors.pop(aor, None)
        if entry is None:
            return []
        cancel(entry.timer)
        return [self._unregistered(entry.binding, "removed")]

    def remove(self, aor: Aor) -> int:
        """Forget all of a user's; returns how many."""
        contacts = list(self._aors.get(aor, {}))
        for contact in contacts:
            self.unbind(aor, contact)
        return len(contacts)

    # whether somebody is there

    def to_ask(self) -> list[Binding]:
        """Whom to ask now; empties the list. ``heard`` takes what comes of it."""
        asked, self._to_ask = self._to_ask, []
        return asked

    def heard(self, binding: Binding, answered: bool) -> list[SipEvent]:
        """A telephone was asked. Silence makes only that one absent that has answered before: some never do."""
        entry = self._aors.get(binding.aor, {}).get(binding.contact)
        if entry is None or entry.binding is not binding:
            return []  # meanwhile it has registered again, or is gone
        entry.answers |= answered
        present = answered or not entry.answers
        if present == entry.present:
            return []
        entry.present = present
        if present:
            return [_registered(binding, new=True)]
        return [self._unregistered(binding, "silent")]

    # time

    def next_timer(self) -> float | None:
        """When ``expire`` wants to be called next."""
        return self._timers.next_deadline()

    def expire(self, now: float) -> list[Unregistered]:
        """Drop what has expired, and note whom to ask; returns one event per binding that was dropped."""
        self._timers.fire_due(now)
        events, self._expired = self._expired, []
        return events

    def _store(self, binding: Binding, ask_at: float) -> None:
        entries = self._aors.setdefault(binding.aor, {})
        entry = entries.pop(binding.contact, None)  # to the end: they stand in the order of their last refresh
        if entry is None:
            entry = _Entry(binding, ask_at)
        entry.binding, entry.ask_at, entry.present = binding, ask_at, True
        entries[binding.contact] = entry
        self._wake(entry)

    def _wake(self, entry: _Entry) -> None:
        """One timer an entry, however often it is refreshed: one that comes early finds nothing to do and goes on."""
        expires_at = entry.binding.expires_at
        at = expires_at if self._ask_every_s is None else min(expires_at, entry.ask_at)
        if entry.timer is not None and entry.timer.running and entry.due <= at:
            return
        cancel(entry.timer)
        entry.due = at
        entry.timer = self._timers.start(at, lambda now: self._on_timer(entry, now))

    def _on_timer(self, entry: _Entry, now: float) -> None:
        binding = entry.binding
        if binding.expires_at <= now:
            entries = self._aors[binding.aor]
            del entries[binding.contact]
            if not entries:
                del self._aors[binding.aor]
            if entry.present:
                self._expired.append(self._unregistered(binding, "expired"))
            return
        if self._ask_every_s is not None and entry.ask_at <= now:
            entry.ask_at = now + self._ask_every_s
            self._to_ask.append(binding)
        self._wake(entry)

    def _unregistered(self, binding: Binding, cause: Literal["removed", "expired", "silent"]) -> Unregistered:
        online = any(entry.present for entry in self._aors.get(binding.aor, {}).values())
        return Unregistered(aor=binding.aor, contact=binding.contact, cause=cause, online=online)


def _registered(binding: Binding, *, new: bool) -> Registered:
    return Registered(
        aor=binding.aor, contact=binding.contact, source=binding.source, user_agent=binding.user_agent,
        expires_at=binding.expires_at, new=new,
    )  # fmt: skip


def _can_be_called(binding: Binding) -> bool:
    try:
        return binding.hop is not None
    except RemoteProtocolError:
        return False
