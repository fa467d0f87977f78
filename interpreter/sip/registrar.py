"""Registrar: who can be reached where (RFC 3261 section 10.3).

A binding keeps the address that its REGISTER came from beside the contact: behind NAT only that address is reachable.
The user that a phone may register is the user it authenticates as; AoRs are the users of one realm.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .digest import Authenticator
from .errors import RemoteProtocolError
from .events import AuthenticationFailed, Registered, SipEvent, Unregistered
from .headers import NameAddr, delta, parse_name_addr, warning
from .hop import Hop, address_of, towards
from .message import Request
from .timers import TimerQueue
from .uri import Uri, parse_uri

HeaderList = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One contact of an address-of-record.

    contact: the URI as registered, the Request-URI of calls to it. source: where the REGISTER came from.
    expires_at: on the caller's ``now`` clock.
    """

    user: str
    contact: str
    source: Hop
    user_agent: str
    call_id: str
    cseq: int
    expires_at: float

    @property
    def hop(self) -> Hop:
        """Where calls go; raises RemoteProtocolError for a contact that no call can be sent to."""
        return towards(parse_uri(self.contact), self.source)


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a REGISTER and what it changed."""

    status: int
    headers: HeaderList
    events: Sequence[SipEvent]


class Registrar:
    """Bindings per user. Shared by the UserAgents of several sockets. Expiry is noticed by ``expire``.

    max_contacts: per user; one more and that which was refreshed least lately goes, for a telephone whose address
    changes often (a mobile network's) leaves contacts behind that nobody removes.
    transports: what calls to contacts can be sent by, in lower case.
    admit: asked with the user of each REGISTER that proved whose it is: None, or seconds for 503 with Retry-After.
    """

    def __init__(
        self, authenticator: Authenticator, *, min_expires_s: int = 60, max_expires_s: int = 3600,
        default_expires_s: int = 3600, max_contacts: int = 10, transports: Collection[str] = ("udp",),
        admit: Callable[[str], int | None] | None = None,
    ) -> None:  # fmt: skip
        self.authenticator = authenticator
        self._min_s = min_expires_s
        self._max_s = max_expires_s
        self._default_s = default_expires_s
        self._max_contacts = max_contacts
        self._transports = frozenset(transports)
        self._admit = admit
        self._bindings: dict[str, dict[str, Binding]] = {}
        self._timers = TimerQueue()
        self._expired: list[Unregistered] = []

    # what others ask

    def bindings(self, user: str, now: float) -> list[Binding]:
        """Live bindings of a user, newest first; empty when offline."""
        live = [binding for binding in self._bindings.get(user, {}).values() if binding.expires_at > now]
        return sorted(live, key=lambda binding: -binding.expires_at)

    def users(self, now: float) -> Mapping[str, list[Binding]]:
        """Everyone online."""
        found = {user: self.bindings(user, now) for user in self._bindings}
        return {user: bindings for user, bindings in found.items() if bindings}

    def remove(self, user: str) -> int:
        """Forget all bindings of a user (extension deleted, secret changed); returns how many."""
        return len(self._bindings.pop(user, {}))

    def load(self, bindings: Iterable[Binding], now: float) -> None:
        """Take bindings of an earlier run; what has expired at ``now``, and what cannot be called, is left out."""
        # what ends first was refreshed first: good enough for the order in which contacts have to go
        for binding in sorted(bindings, key=lambda binding: binding.expires_at):
            if binding.expires_at > now and _can_be_called(binding):
                self._store(binding)

    # time

    def next_timer(self) -> float | None:
        """When ``expire`` wants to be called next."""
        return self._timers.next_deadline()

    def expire(self, now: float) -> list[Unregistered]:
        """Drop what has expired; returns one event per binding."""
        self._timers.fire_due(now)
        events, self._expired = self._expired, []
        return events

    # REGISTER

    def register(self, request: Request, source: Hop, now: float) -> Result:
        """Process a REGISTER (RFC 3261 section 10.3); raises RemoteProtocolError for a malformed one.

        No answer, a wrong one and an unknown user all get the same 401, so extensions cannot be enumerated.
        """
        verdict = self.authenticator.check(request, source, now)
        if verdict.username is None:
            failures: list[SipEvent] = []
            if verdict.failed_as is not None:
                failures.append(AuthenticationFailed(username=verdict.failed_as, method="REGISTER", source=source))
            return Result(401, self.authenticator.challenges(now, stale=verdict.stale), failures)
        user = request.to.uri.number
        if user != verdict.username:
            failed = AuthenticationFailed(username=verdict.username, method="REGISTER", source=source)
            return Result(403, (), (failed,))
        wait = self._admit(user) if self._admit is not None else None
        if wait is not None:
            return Result(503, (("Retry-After", str(wait)),), ())
        contacts = request.header_values("Contact")
        if "*" in contacts:
            return self._remove_all(user, request, contacts, now)
        return self._update(user, request, [_contact(value) for value in contacts], source, now)

    def _remove_all(self, user: str, request: Request, contacts: list[str], now: float) -> Result:
        if len(contacts) > 1 or (request.header("Expires") or "").strip() != "0":
            raise RemoteProtocolError("Contact: * goes alone and with Expires: 0")
        current = self._bindings.get(user, {})
        if any(_is_out_of_order(binding, request) for binding in current.values()):
            return Result(500, (), ())
        self._bindings.pop(user, None)
        gone = [_unregistered(binding, "removed", online=False) for binding in current.values()]
        return Result(200, self._listing(user, now), gone)

    def _update(self, user: str, request: Request, contacts: list[NameAddr], source: Hop, now: float) -> Result:
        default = delta(request.header("Expires"))
        wanted = [self._lifetime(delta(contact.params.get("expires")), default) for contact in contacts]
        if any(0 < lifetime < self._min_s for lifetime in wanted):
            return Result(423, (("Min-Expires", str(self._min_s)),), ())
        for contact, lifetime in zip(contacts, wanted, strict=True):
            if lifetime:
                self._check_reachable(contact.uri)
        current = self._bindings.get(user, {})
        named = [_known_as(contact, current) for contact in contacts]
        # All or nothing (section 10.3 step 7): look at everything before changing anything.
        if any(text in current and _is_out_of_order(current[text], request) for text in named):
            return Result(500, (), ())
        bound = {text for text, lifetime in zip(named, wanted, strict=True) if lifetime}
        if len(bound) > self._max_contacts:
            return Result(503, (("Retry-After", "60"),), ())
        others = [contact for contact in current if contact not in named]
        events: list[SipEvent] = []
        for contact_text in others[: max(0, len(others) + len(bound) - self._max_contacts)] if bound else ():
            events += self._unbind(user, contact_text)
        for text, lifetime in zip(named, wanted, strict=True):
            if lifetime:
                events += self._bind(user, text, request, source, now + lifetime, now)
            else:
                events += self._unbind(user, text)
        return Result(200, self._listing(user, now), events)

    def _check_reachable(self, uri: Uri) -> None:
        """Refuse what no call could ever be sent to; raises RemoteProtocolError, as for an address that is none.

        Left out of a 200 the telephone would believe itself registered, and beside other contacts it must not be left
        out at all: a REGISTER succeeds or fails as a whole (section 10.3). Removing such a contact is always allowed.
        """
        address_of(uri)
        transport = "tls" if uri.scheme == "sips" else uri.params.get("transport", "").lower()
        if transport and transport not in self._transports:
            offered = ", ".join(sorted(self._transports))
            text = f"Contact needs transport {transport[:20]}, this registrar offers {offered}"
            raise RemoteProtocolError(text, 400, (warning(399, text),))

    def _lifetime(self, own: int | None, default: int | None) -> int:
        wanted = own if own is not None else default
        return min(self._default_s if wanted is None else wanted, self._max_s)

    def _bind(
        self, user: str, contact: str, request: Request, source: Hop, expires_at: float, now: float
    ) -> list[SipEvent]:
        before = self._bindings.get(user, {}).get(contact)
        binding = Binding(
            user=user, contact=contact, source=source, user_agent=request.header("User-Agent") or "",
            call_id=request.call_id, cseq=request.cseq.number, expires_at=expires_at,
        )  # fmt: skip
        self._store(binding)
        return [
            Registered(
                user=user, contact=contact, source=source, user_agent=binding.user_agent, expires_at=expires_at,
                new=before is None or before.expires_at <= now or before.source != source,
            )
        ]  # fmt: skip

    def _unbind(self, user: str, contact: str) -> list[SipEvent]:
        current = self._bindings.get(user, {})
        binding = current.pop(contact, None)
        if not current:
            self._bindings.pop(user, None)
        return [] if binding is None else [_unregistered(binding, "removed", online=bool(current))]

    def _store(self, binding: Binding) -> None:
        bindings = self._bindings.setdefault(binding.user, {})
        bindings.pop(binding.contact, None)  # to the end: they stand in the order of their last refresh
        bindings[binding.contact] = binding
        self._timers.start(binding.expires_at, lambda now: self._on_expiry(binding, now))

    def _on_expiry(self, binding: Binding, now: float) -> None:
        current = self._bindings.get(binding.user, {})
        if current.get(binding.contact) is binding:
            self._unbind(binding.user, binding.contact)
            self._expired.append(_unregistered(binding, "expired", online=binding.user in self._bindings))

    def _listing(self, user: str, now: float) -> list[tuple[str, str]]:
        return [
            ("Contact", f"<{binding.contact}>;expires={max(1, round(binding.expires_at - now))}")
            for binding in self.bindings(user, now)
        ]


def _contact(value: str) -> NameAddr:
    contact = parse_name_addr(value)
    if contact.uri.scheme not in ("sip", "sips"):
        raise RemoteProtocolError(f"cannot register {contact.uri.scheme[:20]}:", 416)
    return replace(contact, display="")


def _known_as(contact: NameAddr, current: Iterable[str]) -> str:
    """The URI by which an equal contact (RFC 3261 sections 10.3 step 7 and 19.1.4) is bound, its own where none is."""
    if contact.uri_text in current:
        return contact.uri_text
    return next((text for text in current if parse_uri(text).equivalent(contact.uri)), contact.uri_text)


def _can_be_called(binding: Binding) -> bool:
    try:
        return binding.hop is not None
    except RemoteProtocolError:
        return False


def _is_out_of_order(binding: Binding, request: Request) -> bool:
    return binding.call_id == request.call_id and request.cseq.number <= binding.cseq


def _unregistered(binding: Binding, cause: Literal["removed", "expired"], *, online: bool) -> Unregistered:
    return Unregistered(user=binding.user, contact=binding.contact, cause=cause, online=online)
