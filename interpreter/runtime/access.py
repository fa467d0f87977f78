"""Who may call what: decided from the INVITE, its source and the directory, before anything else is done.

- A number of ours is for everybody who comes in by a trunk of its tenant or from a trusted address, and for every
  extension that authenticates. Several tenants may have the same carrier at the same address: of their trunks that of
  the tenant counts to whom the dialled number belongs.
- Who calls from a trunk's address is asked for a password all the same where it cannot be the trunk's call: nobody who
  has a trunk there owns what was dialled, or the caller says that it is an extension of who does. So a trunk keeps no
  telephone behind the same address from calling, whosever trunk and telephone it is.
- An extension is for authenticated extensions of its tenant only, and so is a service that is called by a code. They
  come before any number, and a number of another tenant counts only in full: no tenant can take another's short
  numbers by owning a number like them.
- A trunk is believed about its callers (P-Asserted-Identity), but not that one of them is an extension of ours: for
  that there is a password.
- An extension that authenticated shows its number and the directory's name, whatever its INVITE says.
- An extension that authenticated calls numbers outside as its rights say (``calls.plan``); who may not is told why.
- Nothing else can be reached: whoever is not authenticated never makes us call out except by the flow of a
  number, so nobody calls abroad at the tenant's cost.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from interpreter.calls.codes import Called
from interpreter.calls.plan import WORDS, Barred, OwnNumber, Rule, reached_by
from interpreter.machine.effects import Target
from interpreter.machine.facts import Switch
from interpreter.runtime.directory import Directory, ExtensionEntry, LoadedVersion, NumberEntry, TrunkEntry
from interpreter.runtime.limiter import Party
from interpreter.runtime.plan import TenantPlan, digits_of
from interpreter.runtime.settings import TrustedAddresses
from interpreter.runtime.text import clean
from interpreter.sip.aor import Aor
from interpreter.sip.errors import SipError
from interpreter.sip.events import InviteReceived
from interpreter.sip.hop import Hop
from interpreter.sip.message import Request
from interpreter.sip.uri import parse_uri
from numbering.reach import is_emergency

LONGEST_DIALLED = 100
"""Characters of what was dialled that are looked at."""

_WHY: dict[Rule, str] = {"itself": "an extension calls itself", "no_such_number": "no such number or extension"}

log = logging.getLogger("zongji.call")


@dataclass(frozen=True, slots=True)
class Refused:
    """The call is not taken. why: for the log."""

    status: int
    why: str


@dataclass(frozen=True, slots=True)
class ToFlow:
    """The caller is led through a version.

    caller, called: E.164 digits, or an extension's number. caller_came_as, called_came_as: what the INVITE said.
    trunk: over which the call came in and whose channel it takes. caller_name: the directory's, "" for none; None where
    nobody proved who calls: then the INVITE's counts. switch: the called number's.
    """

    tenant_id: str
    caller: str
    called: str
    version: LoadedVersion
    caller_came_as: str
    called_came_as: str
    trunk: TrunkEntry | None = None
    caller_name: str | None = None
    switch: Switch = "auto"


@dataclass(frozen=True, slots=True)
class ToExtension:
    """One extension calls another. caller_name: the directory's, "" for none."""

    tenant_id: str
    caller: str
    called: str
    caller_name: str = ""

    @property
    def caller_came_as(self) -> str:
        return self.caller

    @property
    def called_came_as(self) -> str:
        return self.called


@dataclass(frozen=True, slots=True)
class ToService(ToExtension):
    """An extension calls a service. called: what it dialled."""

    service: Called = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class ToOutside:
    """An extension calls a number outside, or hears by which rule it may not. called: E.164 digits."""

    tenant_id: str
    caller: str
    called: str
    to: Target | Barred
    caller_name: str = ""

    @property
    def caller_came_as(self) -> str:
        return self.caller

    @property
    def called_came_as(self) -> str:
        return self.called


Decision = ToFlow | ToExtension | ToService | ToOutside | Refused


@dataclass(frozen=True, slots=True)
class Admission:
    """What becomes of an INVITE, and of whom its call takes a share."""

    decision: Decision
    parties: Sequence[Party]

    @property
    def trunk(self) -> TrunkEntry | None:
        """Over which the call came in."""
        return self.decision.trunk if isinstance(self.decision, ToFlow) else None


class Access:
    """The rules of the module, for the directory of the moment."""

    def __init__(self, directory: Callable[[], Directory], trusted: TrustedAddresses) -> None:
        self._directory = directory
        self._trusted = trusted
        self._found: tuple[Request, Aor | None, Directory, Sequence[Party]] | None = None

    def must_authenticate(self, request: Request, source: Hop) -> bool:
        """Whether this INVITE is challenged (``sip.ua.Config.challenge``).

        Strangers always are, so that they cannot find out which numbers there are.
        """
        if request.header("Authorization") is not None:
            return True
        trusted = source.host in self._trusted
        if not trusted and not self._directory().is_trunk(source.host):
            return True
        try:
            dialled = parse_uri(request.uri).number
        except SipError:
            return False  # nobody's address: it is refused at once
        if not trusted:
            return not self._is_trunks_call(clean(dialled, LONGEST_DIALLED), _from_user(request), source)
        # From a trusted address a number needs no password, an extension does, and so does what else an extension
        # calls: only it may have that. Anybody else gets his 404 at once.
        directory, host = self._directory(), _from_host(request)
        if directory.signing_in(host, dialled) is not None:
            return True
        if directory.number(digits_of(dialled)) is not None:
            return False
        return directory.signing_in(host, _from_user(request)) is not None

    def _is_trunks_call(self, dialled: str, caller: str, source: Hop) -> bool:
        directory = self._directory()
        number = directory.number(digits_of(dialled))
        if number is None or directory.trunk_at(source, number.tenant_id) is None:
            log.info("INVITE for %s from %s: nobody with a trunk there has such a number, a password is asked for",
                     dialled, source.host)  # fmt: skip
            return False
        return not _names_extension(directory, number.tenant_id, caller)

    def callers(self, request: Request, source: Hop, proven: Aor | None) -> Sequence[Party]:
        """Whose call an INVITE is, of whom it takes a share: of whoever makes it, and of the tenant whose call it is.

        proven: whom digest proved the caller to be, None where nobody was asked.
        """
        directory = self._directory()
        found = self._found  # the gate asks first, then ``admit`` does
        if found is None or found[0] is not request or found[1] != proven or found[2] is not directory:
            found = self._found = request, proven, directory, self._callers(directory, request, source, proven)
        return found[3]

    def _callers(self, directory: Directory, request: Request, source: Hop, proven: Aor | None) -> Sequence[Party]:
        number = directory.number(digits_of(_dialled(request)))
        if proven is not None:
            extension = directory.extension(*proven)
            if extension is None:
                return ()
            if is_emergency(_dialled(request)):
                return (extension.party,)  # whatever else the tenant's telephones are doing
            parties = [extension.party, *self._tenants(self._tenant_called(extension, request, number))]
            return parties if self.is_known(source.host) else [*parties, Party("", "source", source.host)]
        if number is None:
            return ()
        trunk = None if source.host in self._trusted else directory.trunk_at(source, number.tenant_id)
        return [*(() if trunk is None else (trunk.party,)), *self._tenants(number.tenant_id)]

    def _tenant_called(self, caller: ExtensionEntry, request: Request, number: NumberEntry | None) -> str:
        """Whose call an extension's is: of another tenant where it calls a number of that one's."""
        if number is None or self._directory().extension(caller.tenant_id, _dialled(request)) is not None:
            return caller.tenant_id
        return number.tenant_id

    def _tenants(self, tenant_id: str) -> Sequence[Party]:
        tenant = self._directory().tenant(tenant_id)
        return () if tenant is None else (tenant.party,)

    def is_known(self, host: str) -> bool:
        """Whether the address is trusted or a trunk's, so that it may ask as often as it likes."""
        return host in self._trusted or self._directory().is_trunk(host)

    def admit(self, invite: InviteReceived) -> Admission:
        """All that is to be known of an INVITE whose caller has proved what he had to; asked once."""
        decision = self.decide(
            dialled=clean(invite.called.number, LONGEST_DIALLED),
            caller=clean(invite.caller.number, LONGEST_DIALLED),
            asserted=clean(invite.asserted_user, LONGEST_DIALLED) if invite.asserted_user else None,
            proven=invite.proven,
            source=invite.source,
        )
        taken = not isinstance(decision, Refused)
        return Admission(decision, self.callers(invite.request, invite.source, invite.proven) if taken else ())

    def decide(
        self, *, dialled: str, caller: str, asserted: str | None, proven: Aor | None, source: Hop
    ) -> Decision:
        """What becomes of an INVITE.

        dialled, caller: ``Uri.number`` of Request-URI and From. asserted: of P-Asserted-Identity, believed from trunks.
        proven: whom digest proved the caller to be, None if it was not asked.
        """
        directory = self._directory()
        extension = directory.extension(*proven) if proven is not None else None
        if proven is not None and extension is None:
            return Refused(403, "the extension is gone")
        number = directory.number(digits_of(dialled))
        if extension is not None:
            return self.from_extension(extension, dialled)
        if number is None:
            return Refused(404, "no such number")
        trunk = None
        if source.host not in self._trusted:
            if not directory.is_trunk(source.host):
                return Refused(403, "neither authenticated nor from a trunk")
            trunk = directory.trunk_at(source, number.tenant_id)
            if trunk is None:
                return Refused(404, "a number of another tenant")
        believed = trunk is not None and asserted and not _names_extension(directory, number.tenant_id, asserted)
        shown = asserted if believed and asserted else caller
        return _to_flow(number, dialled, digits_of(shown), shown, trunk)

    def from_leg(self, tenant_id: str, target: Target, who: str, dialled: str) -> ToFlow | Refused:
        """What becomes of somebody who is given to a number of ours. target, who: see ``legs.leg.Leg``."""
        directory = self._directory()
        number = directory.number(digits_of(dialled))
        if number is None or number.tenant_id != tenant_id:
            return Refused(404, "no such number")
        own = directory.extension(tenant_id, who) if target.kind == "extension" else None
        return _to_flow(number, dialled, who, target.value, None, None if own is None else own.name)

    def from_extension(self, caller: ExtensionEntry, dialled: str) -> Decision:
        """What becomes of a call of an extension's that proved who it is."""
        return _from_extension(self._directory(), caller, dialled)


def _names_extension(directory: Directory, tenant_id: str, caller: str) -> bool:
    """However it is written: what a trunk says proves nobody to be a telephone of ours."""
    return any(directory.extension(tenant_id, number) is not None for number in (caller, digits_of(caller)))


def _dialled(request: Request) -> str:
    try:
        return clean(parse_uri(request.uri).number, LONGEST_DIALLED)
    except SipError:  # nobody's address: it is refused later
        return ""


def _from_user(request: Request) -> str:
    try:
        return request.from_.uri.number
    except SipError:  # nothing that names anybody: no extension
        return ""


def _from_host(request: Request) -> str:
    try:
        return request.from_.uri.host
    except SipError:  # nobody's: it is refused later
        return ""


def _from_extension(directory: Directory, caller: ExtensionEntry, dialled: str) -> Decision:
    called = directory.codes(caller.tenant_id).called(dialled)
    if called is not None and directory.extension(caller.tenant_id, dialled) is None:
        return ToService(caller.tenant_id, caller.number, dialled, caller.name, service=called)
    known = TenantPlan(directory, caller.tenant_id)
    reached = reached_by(dialled, caller.number, caller.rights, known)
    match reached:
        case OwnNumber(digits):
            number = directory.number(digits)
            assert number is not None
            return _to_flow(number, dialled, caller.number, caller.number, None, caller.name)
        case Target("extension"):
            return ToExtension(caller.tenant_id, caller.number, dialled, caller.name)
        case Barred() if reached.rule not in WORDS:
            return Refused(reached.status, _WHY.get(reached.rule, reached.rule))
        case _:
            outside = digits_of(reached.value if isinstance(reached, Target) else dialled)
            return ToOutside(caller.tenant_id, caller.number, outside, reached, caller.name)


def _to_flow(
    number: NumberEntry, dialled: str, caller: str, came_as: str, trunk: TrunkEntry | None, name: str | None = None
) -> ToFlow | Refused:
    if not number.enabled:
        return Refused(480, "the number is switched off")
    if number.version is None:
        return Refused(480, "no flow is bound to the number")
    if number.version.program is None:
        return Refused(503, "the bound version cannot run")
    return ToFlow(number.tenant_id, caller, number.digits, number.version, came_as, dialled, trunk, name, number.switch)
