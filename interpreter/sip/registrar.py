"""Registrar: REGISTER, from proof of identity to what it changes among the bindings (RFC 3261 section 10.3).

The user that a phone may register is the user it authenticates as, of the domain that To names.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .aor import Aor
from .bindings import Binding, Bindings
from .digest import Authenticator
from .errors import RemoteProtocolError
from .events import AuthenticationFailed, SipEvent, Unregistered
from .headers import NameAddr, delta, parse_name_addr, warning
from .hop import Hop, address_of
from .message import Request
from .uri import Uri, parse_uri

__all__ = ["Binding", "Registrar", "Result"]

HeaderList = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a REGISTER and what it changed."""

    status: int
    headers: HeaderList
    events: Sequence[SipEvent]


@dataclass(frozen=True, slots=True)
class _Registration:
    """A REGISTER that has proved whose it is. asked_at: when the challenge that it answers was made."""

    aor: Aor
    request: Request
    source: Hop
    now: float
    asked_at: float

    def is_out_of_order(self, binding: Binding) -> bool:
        """Section 10.3 step 7: it was sent before the one that made the binding.

        Unless it answers a challenge that is younger than that: then it is the telephone, which has begun anew with the
        Call-ID that it always has.
        """
        if binding.call_id != self.request.call_id or self.asked_at > binding.registered_at:
            return False
        return self.request.cseq.number <= binding.cseq

    def binding(self, contact: NameAddr, known_as: str, lifetime: int) -> Binding:
        request = self.request
        return Binding(
            aor=self.aor, contact=known_as, source=self.source, user_agent=request.header("User-Agent") or "",
            call_id=request.call_id, cseq=request.cseq.number, expires_at=self.now + lifetime, registered_at=self.now,
            instance=contact.params.get("+sip.instance", ""), reg_id=contact.params.get("reg-id", ""),
            direct=len(request.header_values("Via")) == 1,
        )  # fmt: skip


class Registrar:
    """Answers REGISTERs. Expiry is noticed by ``expire``.

    max_contacts: per address-of-record; one more and that which was refreshed least lately goes, for a telephone whose
    address changes often (a mobile network's) leaves contacts behind that nobody removes.
    transports: what calls to contacts can be sent by, in lower case.
    admit: asked with the AoR of each REGISTER that proved whose it is: None, or seconds for 503 with Retry-After.
    ask_every_s: see ``Bindings``.
    """

    def __init__(
        self, authenticator: Authenticator, *, min_expires_s: int = 60, max_expires_s: int = 3600,
        default_expires_s: int = 3600, max_contacts: int = 10, transports: Collection[str] = ("udp",),
        admit: Callable[[Aor], int | None] | None = None, ask_every_s: float | None = None,
    ) -> None:  # fmt: skip
        self.authenticator = authenticator
        self._min_s = min_expires_s
        self._max_s = max_expires_s
        self._default_s = default_expires_s
        self._max_contacts = max_contacts
        self._transports = frozenset(transports)
        self._admit = admit
        self._bindings = Bindings(ask_every_s)

    # what others ask

    def bindings(self, aor: Aor, now: float) -> list[Binding]:
        """Where a user can be reached, newest first; empty when offline."""
        return self._bindings.of(aor, now)

    def online(self, now: float) -> Mapping[Aor, list[Binding]]:
        """Everyone online."""
        return self._bindings.online(now)

    def remove(self, aor: Aor) -> int:
        """Forget all bindings of a user (extension deleted, secret changed); returns how many."""
        return self._bindings.remove(aor)

    def load(self, bindings: Iterable[Binding], now: float) -> None:
        """Take bindings of an earlier run; what has expired at ``now``, and what cannot be called, is left out."""
        self._bindings.load(bindings, now)

    def to_ask(self) -> list[Binding]:
        """Telephones to be asked whether they are there."""
        return self._bindings.to_ask()

    def heard(self, binding: Binding, answered: bool) -> list[SipEvent]:
        """What came of asking one."""
        return self._bindings.heard(binding, answered)

    def next_timer(self) -> float | None:
        """When ``expire`` wants to be called next."""
        return self._bindings.next_timer()

    def expire(self, now: float) -> list[Unregistered]:
        """Drop what has expired; returns one event per binding."""
        return self._bindings.expire(now)

    # REGISTER

    def register(self, request: Request, source: Hop, now: float) -> Result:
        """Process a REGISTER (RFC 3261 section 10.3); raises RemoteProtocolError for a malformed one.

        No answer, a wrong one and an unknown user all get the same 401, so extensions cannot be enumerated.
        """
        verdict = self.authenticator.check(request, source, now)
        if verdict.aor is None:
            failures: list[SipEvent] = []
            if verdict.failed_as is not None:
                failures.append(AuthenticationFailed(username=verdict.failed_as, method="REGISTER", source=source))
            return Result(401, self.authenticator.challenges(request, now, stale=verdict.stale), failures)
        aor = verdict.aor
        if request.to.uri.number != aor.user:
            failed = AuthenticationFailed(username=aor.user, method="REGISTER", source=source)
            return Result(403, (), (failed,))
        wait = self._admit(aor) if self._admit is not None else None
        if wait is not None:
            return Result(503, (("Retry-After", str(wait)),), ())
        registration = _Registration(aor, request, source, now, verdict.asked_at)
        contacts = request.header_values("Contact")
        if "*" in contacts:
            return self._remove_all(registration, contacts)
        return self._update(registration, [_contact(value) for value in contacts])

    def _remove_all(self, registration: _Registration, contacts: list[str]) -> Result:
        if len(contacts) > 1 or (registration.request.header("Expires") or "").strip() != "0":
            raise RemoteProtocolError("Contact: * goes alone and with Expires: 0")
        aor = registration.aor
        current = self._bindings.all_of(aor)
        if any(registration.is_out_of_order(binding) for binding in current):
            return Result(500, (), ())
        return Result(200, (), [event for b in current for event in self._bindings.unbind(aor, b.contact)])

    def _update(self, registration: _Registration, contacts: list[NameAddr]) -> Result:
        default = delta(registration.request.header("Expires"))
        wanted = [self._lifetime(delta(contact.params.get("expires")), default) for contact in contacts]
        if any(0 < lifetime < self._min_s for lifetime in wanted):
            return Result(423, (("Min-Expires", str(self._min_s)),), ())
        for contact, lifetime in zip(contacts, wanted, strict=True):
            if lifetime:
                self._check_reachable(contact.uri)
        current = {binding.contact: binding for binding in self._bindings.all_of(registration.aor)}
        named = [_known_as(contact, current) for contact in contacts]
        # All or nothing (section 10.3 step 7): look at everything before changing anything.
        if any(text in current and registration.is_out_of_order(current[text]) for text in named):
            return Result(500, (), ())
        bound = {
            text: registration.binding(contact, text, lifetime)
            for contact, text, lifetime in zip(contacts, named, wanted, strict=True)
            if lifetime
        }
        if len(bound) > self._max_contacts:
            return Result(503, (("Retry-After", "60"),), ())
        gone = [text for text in named if text not in bound]
        gone += self._driven_out([b for text, b in current.items() if text not in named], list(bound.values()))
        events: list[SipEvent] = []
        for text in gone:
            events += self._bindings.unbind(registration.aor, text)
        for binding in bound.values():
            events.append(self._bindings.bind(binding, registration.now))
        return Result(200, self._listing(registration), events)

    def _driven_out(self, others: list[Binding], bound: list[Binding]) -> list[str]:
        """Contacts that others make room for: their telephone is elsewhere now, or there are too many."""
        gone = [old.contact for old in others if any(new.supersedes(old) for new in bound)]
        left = [old.contact for old in others if old.contact not in gone]
        return gone + (left[: max(0, len(left) + len(bound) - self._max_contacts)] if bound else [])

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

    def _listing(self, registration: _Registration) -> list[tuple[str, str]]:
        now = registration.now
        live = [binding for binding in self._bindings.all_of(registration.aor) if binding.expires_at > now]
        return [
            ("Contact", f"<{binding.contact}>;expires={max(1, round(binding.expires_at - now))}")
            for binding in sorted(live, key=lambda binding: -binding.expires_at)
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
