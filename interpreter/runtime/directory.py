"""The directory as calls see it: numbers, extensions, trunks and compiled versions, held in memory.

A ``Directory`` never changes; the loader (in the mover's thread) makes a new one when the store's revision has
moved, and the event loop swaps it in. A version is compiled once and its prompts are loaded once, for as long as
a number is bound to it or a call runs on it.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, cast

from interpreter.calls.codes import USUAL_TABLE, CodeTable, codes_of
from interpreter.calls.forwarding import NO_FORWARDING, Forwarding
from interpreter.calls.plan import NOBODY_OUTSIDE, Rights
from interpreter.calls.queue import Group
from interpreter.calls.strategies import Strategy
from interpreter.flow.calendar import told_years
from interpreter.machine.facts import Days, Switch
from interpreter.machine.program import Program
from interpreter.rtp.errors import MediaError
from interpreter.runtime.calling import Calling, forwarding_of
from interpreter.runtime.limiter import UNLIMITED, Party
from interpreter.runtime.names import HostNames
from interpreter.runtime.settings import Share, TrustedAddresses
from interpreter.sip.aor import Aor
from interpreter.sip.digest import Ha1
from interpreter.sip.hop import Hop
from numbering.plan import nationwide
from store.domains import SIP_REALM
from store.errors import NotFound
from store.models import FlowVersion, Tenant, Trunk
from store.records import BoundNumber, GroupEntry
from store.records import Directory as StoredDirectory

AudioId = int
NAMES_PATIENCE = 3.0
"""How long a new directory waits for the addresses of new trunks; later ones make another directory."""

NOWHERE = TrustedAddresses(())

VersionKey = tuple[str, str, int]
"""tenant, flow, version number."""

log = logging.getLogger(__name__)


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


@dataclass(frozen=True, slots=True)
class NumberEntry:
    """A number of ours. version: None while nothing is bound. switch: how its day/night switch stands."""

    tenant_id: str
    digits: str
    enabled: bool
    version: LoadedVersion | None
    switch: Switch = "auto"


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
    realm, domain: of them (``store.domains``); "" for no domain. records_calls: those that its extensions make, from
    the answer on. limits: what it may have of calls; 0 is no limit.
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
    records_calls: bool = True
    limits: Share = UNLIMITED

    @property
    def party(self) -> Party:
        """Who it is for the limits."""
        return Party(self.id, "tenant", self.id)


class Directory:
    """Look-ups for one revision. All of them are dict look-ups: they run on the event loop, per call.

    by_number_alone: ids of the tenants whose telephones may name no domain, in the order in which they are asked.
    """

    def __init__(
        self,
        revision: int,
        tenants: Sequence[TenantEntry] = (),
        numbers: Sequence[NumberEntry] = (),
        extensions: Sequence[ExtensionEntry] = (),
        trunks: Sequence[TrunkEntry] = (),
        groups: Sequence[GroupEntry] = (),
        by_number_alone: Sequence[str] = (),
    ) -> None:
        self.revision = revision
        self._tenants = {t.id: t for t in tenants}
        self._numbers = {n.digits: n for n in numbers}
        self._extensions = {(e.tenant_id, e.number): e for e in extensions}
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

    def tenant(self, tenant_id: str) -> TenantEntry | None:
        return self._tenants.get(tenant_id)

    def codes(self, tenant_id: str) -> CodeTable:
        """What the tenant's telephones do by dialling."""
        tenant = self._tenants.get(tenant_id)
        return USUAL_TABLE if tenant is None else tenant.codes

    def number(self, digits: str) -> NumberEntry | None:
        """digits: as ``numbering.plan.normalise`` makes them; a service is also reached with an area code before it."""
        return self._numbers.get(digits) or self._numbers.get(nationwide(digits) or "")

    def extension(self, tenant_id: str, number: str) -> ExtensionEntry | None:
        return self._extensions.get((tenant_id, number))

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
            extension = self._extensions.get((tenant.id, username))
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


class DirectoryStore(Protocol):
    """What the loader needs of the store's directory repository."""

    def revision(self) -> int: ...
    def load(self) -> StoredDirectory: ...


class PromptLibrary(Protocol):
    """Loads audio into the engine, shared by content; see ``prompts.PromptLibrary``."""

    def acquire(self, prompts: Mapping[str, str]) -> Mapping[str, AudioId]: ...
    def release(self, audio: Mapping[str, AudioId]) -> None: ...


GetVersion = Callable[[str, str, int], FlowVersion]
Compile = Callable[[Mapping[str, object], str], Program]


class DirectoryLoader:
    """Makes a new ``Directory`` when the store's revision moved. Used by one thread, ``retire`` apart.

    The caller swaps the directory in, then calls ``retire`` with what the old one had more, in the loop's thread; a
    retired version's audio is given back by ``sweep`` once no call runs on it.
    """

    def __init__(
        self,
        store: DirectoryStore,
        get_version: GetVersion,
        compile_version: Compile,
        prompts: PromptLibrary,
        names: HostNames,
    ) -> None:
        self._store = store
        self._get_version = get_version
        self._compile = compile_version
        self._prompts = prompts
        self._names = names
        self._name_changes = 0
        self._loaded: dict[VersionKey, LoadedVersion] = {}
        self._revision: int | None = None
        self._troubled: dict[VersionKey, LoadedVersion] = {}
        self._again: frozenset[VersionKey] = frozenset()
        self._retired: deque[LoadedVersion] = deque()

    def poll(self) -> Directory | None:
        """The directory, if it is another one than at the last call. Raises what the store raises.

        While a version cannot be loaded for a reason that may pass, every poll makes another and tries again; and one
        is made where a trunk's name has other addresses now.
        """
        unchanged = self._store.revision() == self._revision and self._names.changes == self._name_changes
        if unchanged and not self._again:
            return None
        self._troubled = {}
        stored = self._store.load()
        calling = Calling(stored)
        self._names.expect([_host_and_port(trunk)[0] for trunk in stored.trunks], NAMES_PATIENCE)
        self._name_changes = self._names.changes
        directory = Directory(
            stored.revision,
            [_tenant(t, stored, calling.recorded(t.id)) for t in stored.tenants.values()],
            [self._number(n) for n in stored.numbers],
            [
                ExtensionEntry(
                    e.tenant_id, e.number, e.name, Ha1(e.ha1_md5, e.ha1_sha256), calling.rights(e), forwarding_of(e)
                )
                for e in stored.extensions
            ],
            [self._trunk(t) for t in sorted(stored.trunks, key=lambda t: t.name)],
            stored.groups,
            stored.by_number_alone,
        )
        self._again = frozenset(self._troubled)
        self._loaded = {key: v for key, v in directory.versions.items() if key not in self._again or v.program}
        self._revision = stored.revision
        return directory

    def retire(self, versions: Sequence[LoadedVersion]) -> None:
        """Give these up when their last call has ended."""
        self._retired.extend(versions)

    def sweep(self) -> None:
        """Give back the audio of retired versions on which no call runs."""
        for _ in range(len(self._retired)):
            version = self._retired.popleft()
            if version.calls:
                self._retired.append(version)
            else:
                self._prompts.release(version.audio)

    def _trunk(self, trunk: Trunk) -> TrunkEntry:
        host, port = _host_and_port(trunk)
        return TrunkEntry(
            trunk.tenant_id, trunk.name, self._names.addresses(host), port, trunk.max_channels,
            TrustedAddresses(trunk.media_hosts),
        )  # fmt: skip

    def _number(self, bound: BoundNumber) -> NumberEntry:
        version = None
        if bound.flow_id is not None and bound.version is not None:
            version = self._version((bound.tenant_id, bound.flow_id, bound.version), bound.flow_name)
        return NumberEntry(bound.tenant_id, bound.digits, bound.enabled, version, cast(Switch, bound.switch))

    def _version(self, key: VersionKey, flow_name: str) -> LoadedVersion:
        if key in self._troubled:  # by another number; not twice in one poll
            return self._troubled[key]
        version = self._loaded.get(key)
        if version is None or version.flow_name != flow_name:
            version = self._load(key, flow_name, version)
            if key not in self._troubled:
                self._loaded[key] = version
        return version

    def _load(self, key: VersionKey, flow_name: str, present: LoadedVersion | None) -> LoadedVersion:
        """Compile a version and load its prompts; what goes wrong stays with this version.

        present: what to go on with where it goes wrong for a reason that may pass.
        """
        loaded = LoadedVersion(*key[:2], flow_name, key[2])
        try:
            program, prompts = self._compiled(key)
            loaded.audio = self._prompts.acquire(prompts)
            loaded.program = program
        except (_MayPass, OSError, MemoryError, MediaError) as error:
            loaded.fault = f"{type(error).__name__}: {error}"
            if key not in self._again:
                log.error("version %d of flow %s cannot run yet: %s", key[2], key[1], loaded.fault)
            return self._troubled.setdefault(key, present or loaded)
        except Exception as error:  # another version's calls must not suffer for it
            loaded.fault = f"{type(error).__name__}: {error}"
            log.error("version %d of flow %s cannot run: %s", key[2], key[1], loaded.fault)
        else:
            missing = program.prompt_keys - loaded.audio.keys()
            if missing:
                log.error("version %d of flow %s lacks audio: %s", key[2], key[1], ", ".join(sorted(missing)))
        return loaded

    def _compiled(self, key: VersionKey) -> tuple[Program, Mapping[str, str]]:
        """Raises _MayPass where the database did not answer, and what the compiler raises."""
        try:
            version = self._get_version(*key)
        except NotFound:
            raise
        except Exception as error:
            raise _MayPass(f"{type(error).__name__}: {error}") from error
        return self._compile(version.document, key[1]), version.prompts


class _MayPass(Exception):
    """The reason why something failed may be gone at the next try."""


def _tenant(tenant: Tenant, stored: StoredDirectory, records_calls: bool) -> TenantEntry:
    days, exchange = stored.days[tenant.id], stored.exchanges.get(tenant.id)
    told = told_years(days.table, days.announced).whole
    entry = TenantEntry(
        tenant.id, tenant.timezone, tenant.extension_length, days.table, told, realm=tenant.realm,
        domain=tenant.domain or "", records_calls=records_calls,
        limits=Share(tenant.max_calls or 0, tenant.calls_per_second or 0.0),
    )  # fmt: skip
    if exchange is None:
        return entry
    codes = CodeTable(codes_of(exchange.settings.codes))
    return replace(entry, codes=codes, operators=frozenset(exchange.operators), pin=exchange.settings.pin)


def _group(entry: GroupEntry) -> Group:
    weights = {member.number: float(member.weight) for member in entry.members}
    return Group(entry.group.name, weights, cast(Strategy, entry.group.strategy))


def _host_and_port(trunk: Trunk) -> tuple[str, int]:
    has_port = ":" in trunk.address.rpartition("]")[2]
    host, _, port = trunk.address.rpartition(":") if has_port else (trunk.address, "", "5060")
    return host, int(port)
