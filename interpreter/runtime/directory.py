"""The directory as calls see it: numbers, extensions, trunks and compiled versions of all tenants.

A ``Directory`` never changes; the loader (in the mover's thread) makes a new one when something has changed, and the
event loop swaps it in. Extensions, of which there may be a million, are looked up in the node's copy.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

from interpreter.calls.codes import USUAL_TABLE, CodeTable
from interpreter.calls.forwarding import NO_FORWARDING, Forwarding
from interpreter.calls.plan import NOBODY_OUTSIDE, Recorded, Rights
from interpreter.calls.queue import Group
from interpreter.calls.strategies import Strategy
from interpreter.flow.spoken import LOCALES, Locale
from interpreter.machine.facts import Days, Switch
from interpreter.machine.program import Program
from interpreter.runtime.limiter import UNLIMITED, Party
from interpreter.runtime.settings import Share, TrustedAddresses
from interpreter.sip.aor import Aor
from interpreter.sip.digest import Ha1
from interpreter.sip.hop import Hop
from numbering.plan import nationwide
from store.domains import SIP_REALM
from store.records import GroupEntry

AudioId = int

NOWHERE = TrustedAddresses(())

VersionKey = tuple[str, str, int]
"""tenant, flow, version number."""

@dataclass(slots=True, eq=False)
class LoadedVersion:
    """A published version ready to run. ``program`` is None where it cannot be; ``fault`` then says why.

    audio: prompt key -> engine audio. calls: how many run on it now (event loop only).
    """

    tenant_id: str
    flow_id: str
    flow_name: str
    number: int
    program: Program | None = None
    audio: Mapping[str, AudioId] = field(default_factory=dict)
    fault: str = ""
    calls: int = 0

    @property
    def key(self) -> VersionKey:
        return (self.tenant_id, self.flow_id, self.number)


@dataclass(slots=True, eq=False)
class LoadedMusic:
    """What is heard on hold with a tenant. audio: empty where it cannot be had. calls: none, for music plays on."""

    tenant_id: str
    sha256: str
    audio: Mapping[str, AudioId]
    calls: int = 0

    @property
    def key(self) -> tuple[str, str]:
        return (self.tenant_id, self.sha256)


@dataclass(frozen=True, slots=True)
class NumberEntry:
    """A number of ours. version: None while nothing is bound. switch: how its day/night switch stands."""

    tenant_id: str
    digits: str
    enabled: bool
    version: LoadedVersion | None
    switch: Switch = "auto"

    @property
    def answers(self) -> bool:
        """Whether calls to it are taken."""
        return self.enabled and self.version is not None and self.version.program is not None


@dataclass(frozen=True, slots=True)
class ExtensionEntry:
    tenant_id: str
    number: str
    name: str
    ha1: Ha1 = field(repr=False)
    rights: Rights = NOBODY_OUTSIDE
    forwarding: Forwarding = NO_FORWARDING

    @property
    def aor(self) -> Aor:
        """Who it is for the registrar."""
        return Aor(self.tenant_id, self.number)

    @property
    def party(self) -> Party:
        """Who it is for the limits."""
        return Party(self.tenant_id, "extension", self.number)


@dataclass(frozen=True, slots=True)
class TrunkEntry:
    """A way to another switch.

    hosts: its IPv4 addresses; calls go to the first and come from any. () while its name cannot be resolved.
    max_channels: None without limit. media_hosts: where audio may go before the ACK, beside the host that signals.
    """

    tenant_id: str
    name: str
    hosts: tuple[str, ...]
    port: int
    max_channels: int | None
    media_hosts: TrustedAddresses = field(default=NOWHERE, compare=False)

    @property
    def party(self) -> Party:
        """Who it is for the limits."""
        return Party(self.tenant_id, "trunk", self.name)


@dataclass(frozen=True, slots=True)
class TenantEntry:
    """days: the tenant's table as calls get it. told_years: those whose holidays stand announced in it, all of them.

    codes: what its telephones do by dialling. operators: those that may do more; pin: what is typed for it, hashed.
    realm, domain: of them (``store.domains``); "" for no domain. recorded: what is kept of calls that its extensions
    make (``calls.plan``). limits: what it may have of calls; 0 is no limit. music: None for the system's. language: in
    which its telephones are spoken to where no flow leads.
    """

    id: str
    timezone: str
    extension_length: int | None
    days: Days = field(default_factory=dict)
    told_years: frozenset[int] = frozenset()
    codes: CodeTable = USUAL_TABLE
    operators: frozenset[str] = frozenset()
    pin: str = field(default="", repr=False)
    realm: str = SIP_REALM
    domain: str = ""
    recorded: Recorded = "answered"
    limits: Share = UNLIMITED
    music: LoadedMusic | None = None
    language: Locale = LOCALES[0]

    @property
    def party(self) -> Party:
        """Who it is for the limits."""
        return Party(self.id, "tenant", self.id)


NO_EXTENSIONS: Mapping[Aor, ExtensionEntry] = {}


class Extensions(Protocol):
    """Whatever knows extensions by their addresses-of-record, and says so within microseconds."""

    def get(self, aor: Aor, /) -> ExtensionEntry | None: ...


class Directory:
    """Look-ups for one revision: quick, for they run on the event loop, per call.

    by_number_alone: ids of the tenants whose telephones may name no domain, in the order in which they are asked.
    signed_off: who has another secret since the directory before, or none.
    """

    def __init__(
        self,
        revision: int,
        tenants: Sequence[TenantEntry] = (),
        numbers: Sequence[NumberEntry] = (),
        extensions: Extensions = NO_EXTENSIONS,
        trunks: Sequence[TrunkEntry] = (),
        groups: Sequence[GroupEntry] = (),
        by_number_alone: Sequence[str] = (),
        signed_off: Collection[Aor] = (),
    ) -> None:
        self.revision = revision
        self._tenants = {t.id: t for t in tenants}
        self._numbers = {n.digits: n for n in numbers}
        self._extensions = extensions
        self.signed_off = signed_off
        self._domains = {t.domain: (t,) for t in tenants if t.domain}
        self._by_number_alone = tuple(self._tenants[tenant] for tenant in by_number_alone if tenant in self._tenants)
        self._groups = {(e.group.tenant_id, e.group.name): _group(e) for e in groups}
        self._trunks: dict[str, list[TrunkEntry]] = {}
        self._trunks_at: dict[tuple[str, str], list[TrunkEntry]] = {}
        for trunk in trunks:
            self._trunks.setdefault(trunk.tenant_id, []).append(trunk)
            for host in trunk.hosts:
                self._trunks_at.setdefault((host, trunk.tenant_id), []).append(trunk)
        self._colleagues: dict[tuple[str, str], list[str]] = {}
        for entry in groups:
            members = [member.number for member in entry.members]
            for number in members:
                self._colleagues.setdefault((entry.group.tenant_id, number), []).extend(members)
        self._trunk_hosts = {host for host, _ in self._trunks_at}
        self.versions = {n.version.key: n.version for n in numbers if n.version is not None}
        self.music = {t.music.key: t.music for t in tenants if t.music is not None}

    def tenant(self, tenant_id: str) -> TenantEntry | None:
        return self._tenants.get(tenant_id)

    def codes(self, tenant_id: str) -> CodeTable:
        """What the tenant's telephones do by dialling."""
        tenant = self._tenants.get(tenant_id)
        return USUAL_TABLE if tenant is None else tenant.codes

    def language(self, tenant_id: str) -> Locale:
        """In which the tenant's telephones are spoken to."""
        tenant = self._tenants.get(tenant_id)
        return LOCALES[0] if tenant is None else tenant.language

    def number(self, digits: str) -> NumberEntry | None:
        """digits: as ``numbering.plan.normalise`` makes them; a service is also reached with an area code before it."""
        return self._numbers.get(digits) or self._numbers.get(nationwide(digits) or "")

    def extension(self, tenant_id: str, number: str) -> ExtensionEntry | None:
        return self._extensions.get(Aor(tenant_id, number))

    def of_host(self, host: str) -> Sequence[TenantEntry]:
        """Whose a telephone may be that says to be of this host; the first is asked first."""
        return self._domains.get(host) or self._by_number_alone

    def realm(self, host: str) -> str:
        """What a telephone that says to be of this host is challenged with."""
        tenants = self.of_host(host)
        return tenants[0].realm if tenants else SIP_REALM

    def signing_in(self, host: str, username: str) -> ExtensionEntry | None:
        """Who signs in under this SIP user name and says to be of this host."""
        for tenant in self.of_host(host):
            extension = self._extensions.get(Aor(tenant.id, username))
            if extension is not None:
                return extension
        return None

    def colleagues(self, tenant_id: str, number: str) -> Sequence[str]:
        """The extensions of all groups that an extension is in, itself included; some twice."""
        return self._colleagues.get((tenant_id, number), ())

    def group(self, tenant_id: str, name: str) -> Group | None:
        return self._groups.get((tenant_id, name))

    def trunks(self, tenant_id: str) -> Sequence[TrunkEntry]:
        """The tenant's trunks in the order of their names."""
        return self._trunks.get(tenant_id, ())

    def trunk(self, tenant_id: str, name: str) -> TrunkEntry | None:
        return next((t for t in self._trunks.get(tenant_id, ()) if t.name == name), None)

    def is_trunk(self, host: str) -> bool:
        """Whether calls from this address come over somebody's trunk."""
        return host in self._trunk_hosts

    def trunk_at(self, source: Hop, tenant_id: str) -> TrunkEntry | None:
        """The tenant's trunk that calls from this address come over.

        One address may be a trunk of many tenants, who have the same carrier: whose call it is, the number tells. Of
        one tenant's trunks at an address that with the source's port counts, else the first by name.
        """
        there = self._trunks_at.get((source.host, tenant_id))
        if there is None:
            return None
        return next((trunk for trunk in there if trunk.port == source.port), there[0])


def _group(entry: GroupEntry) -> Group:
    weights = {member.number: float(member.weight) for member in entry.members}
    return Group(entry.group.name, weights, cast(Strategy, entry.group.strategy))
