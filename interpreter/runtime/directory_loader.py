"""Makes the directory: of each tenant that changed anew, of the others as they were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast

from interpreter.calls.codes import CodeTable, codes_of
from interpreter.calls.plan import Recorded
from interpreter.flow.calendar import told_years
from interpreter.machine.facts import Switch
from interpreter.runtime.calling import Calling
from interpreter.runtime.directory import Directory, LoadedMusic, NumberEntry, TenantEntry, TrunkEntry
from interpreter.runtime.extensions import StoredExtensions
from interpreter.runtime.names import HostNames
from interpreter.runtime.settings import Share, TrustedAddresses
from interpreter.runtime.versions import Versions
from interpreter.sip.aor import Aor
from store.models import Trunk
from store.node_copy import NodeCopy
from store.records import BoundNumber, GroupEntry, TenantDirectory
from store.repositories.directory import DirectoryRepository

NAMES_PATIENCE = 3.0
"""How long a new directory waits for the addresses of new trunks; later ones make another directory."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One tenant's. generation: of the copy that it was made from. hosts: of its trunks."""

    generation: int
    tenant: TenantEntry
    calling: Calling
    numbers: list[NumberEntry]
    trunks: list[TrunkEntry]
    hosts: list[str]
    groups: list[GroupEntry]


class DirectoryLoader:
    """Makes a new ``Directory`` when the database's revision moved. Used by one thread.

    Everything comes from the node's copy, which is brought up to date first: so what is known is the same, and is
    read by the same way, whether the database answers or not.
    """

    def __init__(self, source: DirectoryRepository, copy: NodeCopy, versions: Versions, names: HostNames) -> None:
        self._source = source
        self._copy = copy
        self.versions = versions
        self._names = names
        self._reader = copy.reader()
        self._name_changes = 0
        self._revision: int | None = None
        self._made: int | None = None
        self._parts: dict[str, _Part] = {}

    def poll(self) -> Directory | None:
        """The directory, if it is another one than at the last call. Raises what the database raises.

        While a version cannot be loaded for a reason that may pass, every poll makes another and tries again; and one
        is made where a trunk's name has other addresses now.
        """
        revision = self._source.revision()
        if revision != self._revision:
            self._copy.refresh(self._source)
            self._revision = revision
        return self._changed(revision)

    def as_known(self) -> Directory | None:
        """By the copy alone; None where there is none."""
        return self._changed(self._copy.directory.revision()) if self._copy.is_whole else None

    def _changed(self, revision: int) -> Directory | None:
        stale = self._stale()
        gone = self._parts.keys() - self._copy.generations.keys()
        if not stale and not gone and revision == self._made:
            return None
        self.versions.begin()
        stored = {tenant: self._copy.directory.load(tenant) for tenant in stale}
        parts = {tenant: part for tenant, part in self._parts.items() if tenant not in gone}
        known = {tenant: part.hosts for tenant, part in parts.items()}
        known |= {tenant: _hosts(of_tenant.trunks) for tenant, of_tenant in stored.items()}
        self._names.expect([host for hosts in known.values() for host in hosts], NAMES_PATIENCE)
        self._name_changes = self._names.changes
        self._parts = parts | {tenant: self._part(tenant, of_tenant) for tenant, of_tenant in stored.items()}
        self._made = revision
        return self._put_together(revision)

    def _stale(self) -> set[str]:
        """The tenants that have changed, or whose versions or trunks are to be looked at again."""
        moved = self._names.changes != self._name_changes
        troubled = {key[0] for key in self.versions.to_try_again}
        return {
            tenant
            for tenant, generation in self._copy.generations.items()
            if (part := self._parts.get(tenant)) is None
            or part.generation != generation
            or tenant in troubled
            or (moved and part.trunks)
        }

    def _put_together(self, revision: int) -> Directory:
        parts = self._parts.values()
        directory = Directory(
            revision,
            [part.tenant for part in parts],
            [number for part in parts for number in part.numbers],
            StoredExtensions(self._reader, {tenant: part.calling for tenant, part in self._parts.items()}),
            [trunk for part in parts for trunk in part.trunks],
            [group for part in parts for group in part.groups],
            self._copy.directory.by_number_alone(),
            [Aor(*extension) for extension in self._copy.take_signed_off()],
        )
        self.versions.keep(directory.versions.values(), directory.music.values())
        return directory

    def _part(self, tenant: str, stored: TenantDirectory) -> _Part:
        calling = Calling(stored)
        return _Part(
            self._copy.generations[tenant],
            replace(
                _tenant(stored, calling.recorded), music=self._music(tenant, calling.music), language=calling.language
            ),
            calling,
            [self._number(number) for number in stored.numbers],
            [self._trunk(trunk) for trunk in sorted(stored.trunks, key=lambda trunk: trunk.name)],
            _hosts(stored.trunks),
            stored.groups,
        )

    def _music(self, tenant: str, sha256: str | None) -> LoadedMusic | None:
        return None if sha256 is None else self.versions.music(tenant, sha256)

    def _trunk(self, trunk: Trunk) -> TrunkEntry:
        host, port = _host_and_port(trunk)
        return TrunkEntry(
            trunk.tenant_id, trunk.name, self._names.addresses(host), port, trunk.max_channels,
            TrustedAddresses(trunk.media_hosts),
        )  # fmt: skip

    def _number(self, bound: BoundNumber) -> NumberEntry:
        version = None
        if bound.flow_id is not None and bound.version is not None:
            version = self.versions.of((bound.tenant_id, bound.flow_id, bound.version), bound.flow_name)
        return NumberEntry(bound.tenant_id, bound.digits, bound.enabled, version, cast(Switch, bound.switch))


def _tenant(stored: TenantDirectory, recorded: Recorded) -> TenantEntry:
    tenant, days, exchange = stored.tenant, stored.days, stored.exchange
    told = told_years(days.table, days.announced).whole
    entry = TenantEntry(
        tenant.id, tenant.timezone, tenant.extension_length, days.table, told, realm=tenant.realm,
        domain=tenant.domain or "", recorded=recorded,
        limits=Share(tenant.max_calls or 0, tenant.calls_per_second or 0.0),
    )  # fmt: skip
    if exchange is None:
        return entry
    codes = CodeTable(codes_of(exchange.settings.codes))
    return replace(entry, codes=codes, operators=frozenset(exchange.operators), pin=exchange.settings.pin)


def _hosts(trunks: Iterable[Trunk]) -> list[str]:
    return [_host_and_port(trunk)[0] for trunk in trunks]


def _host_and_port(trunk: Trunk) -> tuple[str, int]:
    has_port = ":" in trunk.address.rpartition("]")[2]
    host, _, port = trunk.address.rpartition(":") if has_port else (trunk.address, "", "5060")
    return host, int(port)
